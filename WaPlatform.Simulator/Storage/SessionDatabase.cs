namespace WaPlatform.Simulator.Storage;

/// <summary>What <c>DB_URI</c> means, and gowa's words when it cannot be used (gowa contract §2.3).</summary>
internal static class SessionDatabase
{
    /// <summary>Null and the file's path, or the reason why not.</summary>
    public static string? Problem(string uri, out string path)
    {
        path = "";
        if (uri.StartsWith("postgres:", StringComparison.Ordinal))
        {
            return "failed to upgrade database: the simulator keeps sessions in files only; give it DB_URI=file:…";
        }

        if (!uri.StartsWith("file:", StringComparison.Ordinal))
        {
            return $"unknown database type: {uri}. Currently only sqlite3(file:) and postgres are supported";
        }

        var end = uri.IndexOf('?', StringComparison.Ordinal);
        path = end < 0 ? uri["file:".Length..] : uri["file:".Length..end];
        return Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path)))
            ? null
            : "failed to upgrade database: failed to check if foreign keys are enabled: unable to open database file: no such file or directory";
    }

    /// <summary>Opens and reads the store; null, or the reason why not.</summary>
    public static string? Open(SessionStore sessions)
    {
        try
        {
            Folders.CreateSideFiles(sessions.Path);
            sessions.Open();
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return "failed to upgrade database: failed to check if foreign keys are enabled: " + exception.Message;
        }
    }
}
