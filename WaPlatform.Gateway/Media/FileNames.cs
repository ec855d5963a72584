using System.Globalization;
using System.Text;

namespace WaPlatform.Gateway.Media;

/// <summary>Makes of the name that somebody gave a file one that can do no harm, wherever it is shown or saved.</summary>
internal static class FileNames
{
    private const int MaxLength = 120;
    private const int MaxExtension = 16;

    /// <returns>Null if nothing of the name is left.</returns>
    public static string? Clean(string? given)
    {
        if (given is null)
        {
            return null;
        }

        var kept = new StringBuilder();
        foreach (var rune in given[(given.LastIndexOfAny(['/', '\\']) + 1)..].EnumerateRunes())
        {
            // Format characters turn the direction of the text: "exe.jpg" may be a name that ends in "gpj.exe". A lone surrogate is read as U+FFFD.
            if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                && rune != Rune.ReplacementChar)
            {
                kept.Append(rune.Value is '"' or '<' or '>' or '|' or ':' or '*' or '?' ? "_" : rune.ToString());
            }
        }

        var name = kept.ToString().Trim(' ', '.');
        return name.Length == 0 ? null : Shorten(name);
    }

    private static string Shorten(string name)
    {
        if (name.Length <= MaxLength)
        {
            return name;
        }

        var extension = Path.GetExtension(name) is { Length: <= MaxExtension } ending ? ending : "";
        var length = MaxLength - extension.Length;
        return name[..(char.IsHighSurrogate(name[length - 1]) ? length - 1 : length)].TrimEnd(' ', '.') + extension;
    }
}
