using System.Text.RegularExpressions;

namespace WaPlatform.Jobs.Backups.Archive;

/// <summary>Names in an archive. Only these forms are ever written to disk, so that no archive reaches out of the place it is restored to.</summary>
internal static partial class ArchiveName
{
    public const string SqliteDatabase = "database/waplatform.db.gz";
    public const string PostgresDatabase = "database/wadb.pgdump";
    public const string PostgresSessions = "database/sessions.pgdump";
    public const string Compressed = ".gz";

    private const string SessionPrefix = "sessions/";
    private const string ConfigPrefix = "config/";
    private const string MediaPrefix = "media/";

    public static string Session(string phoneNumber, string file) => $"{SessionPrefix}{phoneNumber}/{file}{Compressed}";

    public static string Config(string file) => ConfigPrefix + file;

    public static string Media(string key) => MediaPrefix + key;

    public static bool IsKnown(string name) =>
        name is SqliteDatabase or PostgresDatabase or PostgresSessions || IsSession(name, out _, out _) || ConfigFile().IsMatch(name) || MediaFile().IsMatch(name);

    /// <summary>Whether it is a session file: of which number, and where in the engine's working directory.</summary>
    public static bool IsSession(string name, out string phoneNumber, out string file)
    {
        var match = SessionFile().Match(name);
        (phoneNumber, file) = (match.Groups["phone"].Value, match.Groups["file"].Value);
        return match.Success;
    }

    /// <summary>Path of a configuration file in the data directory; null for another member.</summary>
    public static string? ConfigPath(string name) => ConfigFile().IsMatch(name) ? name[ConfigPrefix.Length..] : null;

    /// <summary>Key of a waiting file; null for another member.</summary>
    public static string? MediaKey(string name) => MediaFile().IsMatch(name) ? name[MediaPrefix.Length..] : null;

    /// <summary>What an engine's working directory may contain of a session: databases in its storages folder.</summary>
    public static bool IsSessionFile(string file) => Storage().IsMatch(file);

    [GeneratedRegex(@"\Asessions/(?<phone>[0-9]{7,15})/(?<file>storages/[A-Za-z0-9_-]{1,64}\.db)\.gz\z")]
    private static partial Regex SessionFile();

    [GeneratedRegex(@"\Astorages/[A-Za-z0-9_-]{1,64}\.db\z")]
    private static partial Regex Storage();

    [GeneratedRegex(@"\Aconfig/(?:jwt-secret|admin-password|host\.json|keys/[A-Za-z0-9_-]{1,64}\.xml)\z")]
    private static partial Regex ConfigFile();

    [GeneratedRegex(@"\Amedia/[0-9a-f]{32}\z")]
    private static partial Regex MediaFile();
}
