namespace WaPlatform.Simulator.Http;

/// <summary>Files under <c>statics/</c>, public even with basic auth; a miss falls through to the rest of the pipeline (gowa contract §4.2).</summary>
internal static class StaticFiles
{
    private static readonly Dictionary<string, string> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".jpe"] = "image/jpeg",
        [".webp"] = "image/webp",
        [".gif"] = "image/gif",
        [".mp4"] = "video/mp4",
        [".oga"] = "audio/ogg",
        [".ogg"] = "audio/ogg",
        [".mp3"] = "audio/mpeg",
        [".pdf"] = "application/pdf",
        [".txt"] = "text/plain; charset=utf-8",
        [".csv"] = "text/csv; charset=utf-8",
    };

    public static async Task<Answer?> FindAsync(string basePath, string method, string path, CancellationToken cancellationToken)
    {
        var prefix = basePath + "/statics/";
        if (method is not ("GET" or "HEAD") || !path.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var relative = Uri.UnescapeDataString(path[prefix.Length..]);
        if (relative.Split('/', '\\').Any(static part => part is "" or "." or ".."))
        {
            return null;
        }

        var file = Path.Combine("statics", relative);
        try
        {
            return File.Exists(file)
                ? new Answer(200, Types.GetValueOrDefault(Path.GetExtension(file), "application/octet-stream"), await File.ReadAllBytesAsync(file, cancellationToken))
                : null;
        }
        catch (IOException)
        {
            // A QR file may delete itself in between.
            return null;
        }
    }
}
