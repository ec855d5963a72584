using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace WaPlatform.Contracts.Engines;

/// <summary>A stable version of the engine, written <c>9.2.0</c>. Parsing takes <c>v9.2.0</c>, too; a pre-release is none.</summary>
public readonly record struct EngineVersion(int Major, int Minor, int Patch) : IComparable<EngineVersion>
{
    private const int Parts = 3;
    private const int MaxDigits = 6;

    /// <summary>The oldest one that the platform can work with (gowa contract: v9's REST of several devices, without its own web UI).</summary>
    public static readonly EngineVersion Minimum = new(9, 0, 1);

    public static bool TryParse([NotNullWhen(true)] string? text, out EngineVersion version)
    {
        version = default;
        if (text is null || text.Length > Parts * (MaxDigits + 1))
        {
            return false;
        }

        var parts = (text.StartsWith('v') ? text[1..] : text).Split('.');
        if (parts.Length != Parts || !parts.All(part => part.Length is > 0 and <= MaxDigits && part.All(char.IsAsciiDigit)))
        {
            return false;
        }

        version = new EngineVersion(Number(parts[0]), Number(parts[1]), Number(parts[2]));
        return true;
    }

    public int CompareTo(EngineVersion other) => (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));

    public static bool operator <(EngineVersion left, EngineVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(EngineVersion left, EngineVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(EngineVersion left, EngineVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(EngineVersion left, EngineVersion right) => left.CompareTo(right) >= 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}");

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);
}
