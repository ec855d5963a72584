namespace WaPlatform.ProcessHost.Releases;

/// <summary>The file of checksums beside a release's archives: lines of <c>{SHA-256 in hex}  {name}</c>, as sha256sum writes them.</summary>
internal static class Checksums
{
    private const int HexLength = 64;

    /// <summary>The digest of a file in lower-case hex; null if the text does not tell it, or tells two.</summary>
    public static string? Find(string text, string name)
    {
        var digests = text.Split('\n').Select(line => line.Trim().Split([' ', '\t'], 2))
            .Where(parts => parts.Length == 2 && parts[0].Length == HexLength && parts[0].All(char.IsAsciiHexDigit) && parts[1].TrimStart(' ', '\t', '*') == name)
            .Select(parts => parts[0].ToLowerInvariant()).Distinct().ToList();
        return digests is [var digest] ? digest : null;
    }
}
