using WaPlatform.Console.Live;

namespace WaPlatform.Console.Events;

/// <summary>Which events are looked at. Both conditions hold; an empty one is none.</summary>
/// <param name="Device">A part of the number.</param>
/// <param name="Type">The beginning of the type, or all of it; several with commas. A star at the end changes nothing.</param>
public sealed record EventFilter(string? Device = null, string? Type = null)
{
    /// <summary>The number, if it is a whole one: the API asks for that.</summary>
    public string? WholeDevice => Device?.Trim().TrimStart('+') is { Length: >= 7 and <= 15 } digits && digits.All(char.IsAsciiDigit) ? digits : null;

    /// <summary>The types, if each is a whole one or ends with a star: the API asks for that.</summary>
    public string? WholeType => Types is { Length: > 0 } types && types.All(type => type.EndsWith(".*", StringComparison.Ordinal) || type.LastIndexOf('.') is > 0 and var dot && dot < type.Length - 1)
        ? string.Join(',', types)
        : null;

    private string[] Types => (Type ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public bool Passes(JournalEvent entry) =>
        (string.IsNullOrWhiteSpace(Device) || entry.PhoneNumber?.Contains(Device.Trim().TrimStart('+'), StringComparison.Ordinal) == true)
        && (Types is not { Length: > 0 } types
            || Array.Exists(types, type => entry.Type.StartsWith(type.TrimEnd('*'), StringComparison.OrdinalIgnoreCase)));
}
