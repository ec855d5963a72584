using System.Text;

namespace WaPlatform.Gateway.Access;

/// <summary>A secret that was generated once, in a file that only its owner reads.</summary>
internal static class SecretFile
{
    /// <summary>Returns what the file holds; makes it first if it is not there. Of several processes one makes it and all read the same.</summary>
    public static string ReadOrCreate(string path, Func<string> generate)
    {
        if (File.Exists(path))
        {
            return File.ReadAllText(path).Trim();
        }

        // Written whole under another name first: no reader ever sees half of it.
        var draft = $"{path}.{Guid.NewGuid():N}";
        var secret = generate();
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var file = new FileStream(draft, options))
            {
                file.Write(Encoding.UTF8.GetBytes(secret + "\n"));
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, path, overwrite: false);
            return secret;
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
            return File.ReadAllText(path).Trim();
        }
    }
}
