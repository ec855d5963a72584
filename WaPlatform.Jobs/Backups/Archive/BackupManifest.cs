using WaPlatform.Contracts.Backups;

namespace WaPlatform.Jobs.Backups.Archive;

/// <summary>The last member of an archive: what it is of, and what its other members must be.</summary>
/// <param name="Format">Version of the archive's form.</param>
/// <param name="Platform">Version of the platform that wrote it.</param>
/// <param name="Provider">Of the platform's database: <c>sqlite</c> or <c>postgres</c>.</param>
/// <param name="Migration">Newest migration of the platform's database.</param>
internal sealed record BackupManifest(
    int Format, string Id, string Platform, DateTimeOffset CreatedAt, string Provider, string Migration, BackupContent Content, IReadOnlyList<ArchiveMember> Members)
{
    public const int CurrentFormat = 1;

    /// <summary>Name of its own member.</summary>
    public const string File = "manifest.json";

    // Of a thousand numbers with ten files each it has about 2 MB.
    public const int MaxBytes = 64 * 1024 * 1024;
}

/// <param name="Name">Path in the archive.</param>
/// <param name="Size">Bytes as stored.</param>
/// <param name="Length">Bytes of the file that it was made of; differs where it is compressed.</param>
/// <param name="Sha256">Hex, of the bytes as stored.</param>
internal sealed record ArchiveMember(string Name, long Size, long Length, string Sha256);
