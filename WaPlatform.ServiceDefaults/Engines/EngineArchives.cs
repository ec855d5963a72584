using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Engines;
using WaPlatform.Data;
using WaPlatform.Data.Engines;

namespace WaPlatform.ServiceDefaults.Engines;

/// <summary>Archives of engines that the database keeps, in pieces, so that hosts get them that can't reach the feed (docs/decisions/0024-engine-archives.md).</summary>
public sealed class EngineArchives(IDbContextFactory<WaDbContext> databases)
{
    /// <summary>Bytes of each piece but the last.</summary>
    internal const int PartSize = 256 * 1024;

    /// <summary>Stores the archive whose row is there already. If somebody else does so meanwhile, one of the two stays.</summary>
    public async Task StoreAsync(string version, string platform, string path, CancellationToken cancellationToken)
    {
        // The name first: should this process die in the middle, the parts are found by it.
        var contentId = Guid.CreateVersion7();
        await NameAsync(version, platform, contentId, cancellationToken);
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, PartSize, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var buffer = new byte[PartSize];
        for (int number = 0, read; (read = await file.ReadAtLeastAsync(buffer, PartSize, throwOnEndOfStream: false, cancellationToken)) > 0; number++)
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            db.EngineParts.Add(new EnginePart { ContentId = contentId, Number = number, Data = buffer[..read] });
            await db.SaveChangesAsync(cancellationToken);
        }

        await using var last = await databases.CreateDbContextAsync(cancellationToken);
        if (await last.EngineArchives.Where(a => a.Version == version && a.Platform == platform && a.ContentId == contentId)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.IsStored, true), cancellationToken) == 0)
        {
            await last.EngineParts.Where(p => p.ContentId == contentId).ExecuteDeleteAsync(cancellationToken);
        }
    }

    /// <summary>Writes a stored archive to a file; its SHA-256 in hex.</summary>
    /// <exception cref="IOException">A part of it is gone.</exception>
    public async Task<string> WriteAsync(Guid contentId, Stream target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var (number, full) = (0, true); full; number++)
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            var part = await db.EngineParts.Where(p => p.ContentId == contentId && p.Number == number).Select(p => p.Data).SingleOrDefaultAsync(cancellationToken);
            if (part is null && number == 0)
            {
                throw new IOException("The stored archive is gone.");
            }

            full = part?.Length == PartSize;
            digest.AppendData(part ?? []);
            await target.WriteAsync(part ?? [], cancellationToken);
        }

        return Convert.ToHexStringLower(digest.GetCurrentHash());
    }

    /// <summary>Removes what is stored of versions older than one, but for some.</summary>
    public async Task RemoveOlderAsync(EngineVersion than, IReadOnlyCollection<string> but, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var stored = await db.EngineArchives.Where(a => a.ContentId != null && !but.Contains(a.Version)).ToListAsync(cancellationToken);
        foreach (var archive in stored.Where(archive => EngineVersion.TryParse(archive.Version, out var version) && version < than))
        {
            var contentId = archive.ContentId;
            (archive.ContentId, archive.IsStored) = (null, false);
            await db.SaveChangesAsync(cancellationToken);
            await db.EngineParts.Where(p => p.ContentId == contentId).ExecuteDeleteAsync(cancellationToken);
        }
    }

    private async Task NameAsync(string version, string platform, Guid contentId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var archive = await db.EngineArchives.SingleOrDefaultAsync(a => a.Version == version && a.Platform == platform, cancellationToken)
            ?? throw new EngineArchiveException(RolloutReason.AssetMissing, $"Nothing is known of engine {version} for {platform}.");
        var before = archive.ContentId;
        (archive.ContentId, archive.IsStored) = (contentId, false);
        await db.SaveChangesAsync(cancellationToken);
        if (before is not null)
        {
            await db.EngineParts.Where(p => p.ContentId == before).ExecuteDeleteAsync(cancellationToken);
        }
    }
}
