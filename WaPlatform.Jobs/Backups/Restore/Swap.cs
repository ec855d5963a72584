using System.Text.Json.Serialization;

namespace WaPlatform.Jobs.Backups.Restore;

/// <summary>Something restored that is to take the place of what is there.</summary>
[JsonDerivedType(typeof(FileSwap), "file"), JsonDerivedType(typeof(MediaMerge), "media"), JsonDerivedType(typeof(DatabaseSwap), "database")]
internal abstract record Swap
{
    /// <summary>Settings that a <see cref="DatabaseSwap"/> names.</summary>
    public const string Platform = "platform";
    public const string Sessions = "sessions";
}

/// <summary>A file or a directory.</summary>
/// <param name="Staged">Full path; null = the target only goes.</param>
/// <param name="Target">Full path.</param>
internal sealed record FileSwap(string? Staged, string Target) : Swap;

/// <summary>Files that are added to those of a directory.</summary>
internal sealed record MediaMerge(string Staged, string Target) : Swap;

/// <summary>A database of a PostgreSQL server.</summary>
/// <param name="Setting">Which connection string tells of the one whose place it takes: connection strings are not written to disk.</param>
/// <param name="Staged">Its name now.</param>
/// <param name="Aside">The name that the other one gets.</param>
internal sealed record DatabaseSwap(string Setting, string Staged, string Aside) : Swap;
