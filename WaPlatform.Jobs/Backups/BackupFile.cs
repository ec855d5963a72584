using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace WaPlatform.Jobs.Backups;

/// <summary>Names of archives: <c>20261128T174500Z-1a2b3c4d.tar</c>, with <c>.enc</c> if encrypted. The id is the name without its ending; ids sort by time.</summary>
internal static partial class BackupFile
{
    public const string Plain = ".tar";
    public const string Encrypted = ".tar.enc";

    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    public static string NewId(DateTimeOffset now) => $"{now.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    public static bool IsId(string? id) => id is not null && Id().IsMatch(id);

    /// <summary>The time in an id.</summary>
    public static DateTimeOffset TimeOf(string id) => DateTimeOffset.TryParseExact(
        id[..id.IndexOf('-', StringComparison.Ordinal)], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : DateTimeOffset.UnixEpoch;

    /// <summary>The id in a file's name; null if it is no archive's.</summary>
    public static string? IdOf(string fileName)
    {
        var ending = fileName.EndsWith(Encrypted, StringComparison.Ordinal) ? Encrypted : Plain;
        return fileName.EndsWith(ending, StringComparison.Ordinal) && IsId(fileName[..^ending.Length]) ? fileName[..^ending.Length] : null;
    }

    [GeneratedRegex(@"\A[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}\z")]
    private static partial Regex Id();
}
