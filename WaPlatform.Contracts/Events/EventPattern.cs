namespace WaPlatform.Contracts.Events;

/// <summary>Which types of events are wanted: <c>*</c> all, <c>message.*</c> those that begin so, else exactly that one.</summary>
public static class EventPattern
{
    public const string All = "*";

    private const string AnyRest = ".*";
    private const int MaxLength = 64;

    /// <summary>Whether somebody may ask for it: lower-case words, digits, <c>_</c> and <c>-</c> between dots, and <c>*</c> alone or as the last part.</summary>
    public static bool IsValid(string? pattern)
    {
        if (pattern is null or "" || pattern.Length > MaxLength)
        {
            return false;
        }

        var name = pattern.EndsWith(AnyRest, StringComparison.Ordinal) ? pattern[..^AnyRest.Length] : pattern;
        return pattern == All || name.Split('.').All(part => part.Length > 0 && part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-'));
    }

    public static bool Matches(string pattern, string type)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(type);
        return pattern == All || pattern == type
            || (pattern.EndsWith(AnyRest, StringComparison.Ordinal) && type.StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal));
    }
}
