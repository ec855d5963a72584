using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Engines;
using WaPlatform.Contracts.Faults;
using WaPlatform.Data;
using WaPlatform.Data.Engines;
using WaPlatform.Gateway.Faults;
using WaPlatform.ServiceDefaults;
using WaPlatform.ServiceDefaults.Engines;

namespace WaPlatform.Gateway.Engines;

/// <summary>Takes the archive of a release that an administrator brings, and keeps it in the database, where all hosts find it. Checked as one of the feed is.</summary>
internal sealed class BroughtArchive(WaDbContext db, EngineArchives archives, DataDirectory data, TimeProvider timeProvider)
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Null if it is stored; else what is wrong with it.</summary>
    public async Task<ProblemResult?> TakeAsync(EngineVersion version, string sha256, string? platform, Stream content, CancellationToken cancellationToken)
    {
        var path = Path.Combine(data.Subdirectory("uploads"), $"{Guid.NewGuid():N}.zip");
        try
        {
            if (await SaveAsync(content, path, cancellationToken) is var digest && !string.Equals(digest, sha256, StringComparison.OrdinalIgnoreCase))
            {
                return Invalid("sha256", $"The archive has the SHA-256 {digest}.");
            }

            var binary = await EngineArchiveFile.InspectAsync(path, cancellationToken);
            var known = platform ?? EnginePlatform.OfBinary(binary) ?? EnginePlatform.Current;
            if (await NoteAsync(version.ToString(), known, digest, cancellationToken) is { } conflict)
            {
                return conflict;
            }

            await archives.StoreAsync(version.ToString(), known, path, cancellationToken);
            return null;
        }
        catch (EngineArchiveException exception)
        {
            return Invalid("archive", exception.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<string> SaveAsync(Stream content, string path, CancellationToken cancellationToken)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize, FileOptions.Asynchronous);
        var buffer = new byte[BufferSize];
        long size = 0;
        for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            size += read;
            if (size > EngineArchiveFile.MaxBytes)
            {
                throw new PlatformException(ErrorCode.PayloadTooLarge, $"The archive has more than {EngineArchiveFile.MaxBytes} bytes.");
            }

            digest.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return Convert.ToHexStringLower(digest.GetCurrentHash());
    }

    private async Task<ProblemResult?> NoteAsync(string version, string platform, string digest, CancellationToken cancellationToken)
    {
        var runs = await db.EngineFleets.AnyAsync(f => f.Current == version || f.Previous == version, cancellationToken)
            || await db.EngineRollouts.AnyAsync(r => r.Active && r.Version == version, cancellationToken);
        var release = await db.EngineReleases.Include(r => r.Archives).SingleOrDefaultAsync(r => r.Version == version, cancellationToken);
        var archive = release?.Archives.Find(a => a.Platform == platform);
        if (runs && archive is not null && archive.Sha256 != digest)
        {
            return new ProblemResult(ErrorCode.RolloutConflict, $"Engine {version} is in use, and another binary than this one.");
        }

        if (release is null)
        {
            db.EngineReleases.Add(release = new EngineRelease { Version = version, ByHand = true, FoundAt = timeProvider.GetDatabaseTime() });
        }

        if (archive is null)
        {
            release.Archives.Add(archive = new EngineArchive { Version = version, Platform = platform, Sha256 = digest });
        }

        archive.Sha256 = digest;
        await db.SaveChangesAsync(cancellationToken);
        return null;
    }

    private static ProblemResult Invalid(string field, string problem)
    {
        var errors = new FieldErrors();
        errors.Add(field, problem);
        return errors.ToResult();
    }
}
