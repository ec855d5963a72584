using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Engines;
using WaPlatform.Contracts.Faults;
using WaPlatform.Data;
using WaPlatform.Data.Engines;

namespace WaPlatform.ProcessHost.Releases;

/// <summary>What is known of releases: asks the feed, and keeps in rows what it says.</summary>
internal sealed class ReleaseCatalog(IDbContextFactory<WaDbContext> databases, ReleaseFeed feed, TimeProvider timeProvider)
{
    private const int MaxUrl = 2048;
    private const int MaxError = 500;

    /// <summary>Asks the feed, and notes its newest release.</summary>
    /// <exception cref="PlatformException">RELEASE_FEED_UNAVAILABLE; that is noted, too.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var fleet = await db.EngineFleets.SingleAsync(cancellationToken);
        var now = timeProvider.GetDatabaseTime();
        if (fleet.FeedNotBefore > now)
        {
            throw Unavailable($"The feed asked to be left alone until {fleet.FeedNotBefore:u}.", fleet.FeedNotBefore - now);
        }

        fleet.CheckedAt = now;
        try
        {
            await CheckAsync(db, fleet, cancellationToken);
            (fleet.CheckError, fleet.FeedNotBefore) = (null, null);
        }
        catch (ReleaseFeedException exception)
        {
            (fleet.CheckError, fleet.FeedNotBefore) = (Cut(exception.Message), exception.NotBefore);
            throw Unavailable(exception.Message, exception.NotBefore - now);
        }
        finally
        {
            await db.SaveChangesAsync(cancellationToken);
        }
    }

    /// <summary>Makes sure that a release is known with an archive for every platform. What is known already needs no feed.</summary>
    /// <exception cref="PlatformException">RELEASE_NOT_FOUND, RELEASE_FEED_UNAVAILABLE.</exception>
    public async Task EnsureAsync(EngineVersion version, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var platforms = await PlatformsAsync(db, cancellationToken);
        var name = version.ToString();
        var known = await db.EngineArchives.AsNoTracking().Where(a => a.Version == name && (a.IsStored || a.Url != null)).ToListAsync(cancellationToken);
        var isKnown = platforms.All(platform => known.Exists(a => a.Platform == platform));
        if (isKnown && known.TrueForAll(a => a.Url is null))
        {
            return;
        }

        try
        {
            // Asked again even so: a release that was repaired has other checksums.
            var answer = await feed.ReadAsync(tag: null, cancellationToken);
            if (answer.Releases!.FirstOrDefault(release => release.Version == version) is { } found && ReleaseChoice.IsComplete(found, platforms))
            {
                await NoteAsync(db, found, platforms, cancellationToken);
                await db.SaveChangesAsync(cancellationToken);
                return;
            }
        }
        catch (ReleaseFeedException exception) when (!isKnown)
        {
            throw Unavailable(exception.Message, null);
        }
        catch (ReleaseFeedException)
        {
            // What is known will do.
        }

        if (!isKnown)
        {
            throw new PlatformException(ErrorCode.ReleaseNotFound, $"The feed has no release {version} with archive and checksum for {string.Join(", ", platforms)}.");
        }
    }

    private async Task CheckAsync(WaDbContext db, EngineFleet fleet, CancellationToken cancellationToken)
    {
        var platforms = await PlatformsAsync(db, cancellationToken);
        var known = await db.EngineArchives.Where(a => a.Version == fleet.Newest).Select(a => a.Platform).ToListAsync(cancellationToken);
        var answer = await feed.ReadAsync(platforms.All(known.Contains) ? fleet.FeedTag : null, cancellationToken);
        if (answer.Releases is null)
        {
            return;
        }

        if (ReleaseChoice.Newest(answer.Releases, platforms) is { } newest)
        {
            await NoteAsync(db, newest, platforms, cancellationToken);
            fleet.Newest = newest.Version.ToString();
        }

        fleet.FeedTag = answer.Tag;
    }

    private async Task NoteAsync(WaDbContext db, FeedRelease found, IReadOnlyCollection<string> platforms, CancellationToken cancellationToken)
    {
        var version = found.Version.ToString()!;
        var archives = new List<EngineArchive>();
        foreach (var platform in platforms)
        {
            archives.Add(await ReadArchiveAsync(found, version, platform, cancellationToken));
        }

        var release = await db.EngineReleases.Include(r => r.Archives).SingleOrDefaultAsync(r => r.Version == version, cancellationToken);
        if (release is null)
        {
            db.EngineReleases.Add(release = new EngineRelease { Version = version, FoundAt = timeProvider.GetDatabaseTime() });
        }

        release.PublishedAt = found.PublishedAt;

        // What runs stays what it was, whatever becomes of its release.
        var runs = await db.EngineFleets.AnyAsync(f => f.Current == version || f.Previous == version, cancellationToken);
        foreach (var archive in archives)
        {
            switch (release.Archives.Find(known => known.Platform == archive.Platform))
            {
                case null:
                    release.Archives.Add(archive);
                    break;
                case { IsStored: false } known when !runs:
                    (known.Sha256, known.Url) = (archive.Sha256, archive.Url);
                    break;
            }
        }
    }

    private async Task<EngineArchive> ReadArchiveAsync(FeedRelease found, string version, string platform, CancellationToken cancellationToken)
    {
        var (archive, checksums) = (found.ArchiveFor(platform)!, found.ChecksumsFor(platform)!);
        if (archive.Url!.Length > MaxUrl)
        {
            throw new ReleaseFeedException($"The address of {archive.Name} is too long.");
        }

        var digest = Checksums.Find(await feed.ReadChecksumsAsync(checksums.Url!, cancellationToken), archive.Name!)
            ?? throw new ReleaseFeedException($"{checksums.Name} of release {version} has no checksum of {archive.Name}.");
        return new EngineArchive { Version = version, Platform = platform, Sha256 = digest, Url = archive.Url };
    }

    // Those of the hosts that would have to run it.
    private async Task<List<string>> PlatformsAsync(WaDbContext db, CancellationToken cancellationToken)
    {
        var hosts = await db.LivingHostEnginesAsync(timeProvider, cancellationToken);
        return [.. hosts.Where(host => host.IsManaged).Select(host => host.Platform).Append(EnginePlatform.Current).Distinct()];
    }

    private static PlatformException Unavailable(string detail, TimeSpan? retryAfter) => new(ErrorCode.ReleaseFeedUnavailable, Cut(detail)) { RetryAfter = retryAfter };

    private static string Cut(string text) => text.Length <= MaxError ? text : text[..MaxError];
}
