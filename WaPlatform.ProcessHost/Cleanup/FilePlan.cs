namespace WaPlatform.ProcessHost.Cleanup;

/// <summary>Decides which files go: those past their age, and of the rest the oldest until what is left is within the size.</summary>
internal static class FilePlan
{
    /// <summary>Whoever made one may not be done with it; such a file stays in any case.</summary>
    public static readonly TimeSpan Youth = TimeSpan.FromMinutes(10);

    /// <param name="keep">Age from which a file goes.</param>
    /// <param name="maxBytes">Of all files that stay, as far as the young ones allow.</param>
    public static IEnumerable<OldFile> Choose(IEnumerable<OldFile> files, TimeSpan keep, long maxBytes, DateTimeOffset now)
    {
        long kept = 0;
        foreach (var file in files.OrderByDescending(file => file.WrittenAt))
        {
            var age = now - file.WrittenAt;
            if (age < Youth || (age < keep && kept + file.Size <= maxBytes))
            {
                kept += file.Size;
            }
            else
            {
                // Older ones must not stay for being smaller.
                maxBytes = age < keep ? Math.Min(maxBytes, kept) : maxBytes;
                yield return file;
            }
        }
    }
}

internal sealed record OldFile(string Path, long Size, DateTimeOffset WrittenAt);
