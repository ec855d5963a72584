using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Engines;
using WaPlatform.Contracts.Events;
using WaPlatform.Contracts.Faults;
using WaPlatform.Data;
using WaPlatform.Data.Engines;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.ServiceDefaults.Events;

namespace WaPlatform.ProcessHost.Releases;

/// <summary>What the platform does about new releases by itself.</summary>
internal sealed partial class EngineUpdates(
    IDbContextFactory<WaDbContext> databases, EngineInstallation installation, ReleaseCatalog catalog, RolloutDesk desk, PlatformJournal journal, IOptions<EngineReleaseOptions> options,
    TimeProvider timeProvider, ILogger<EngineUpdates> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private int _failures;
    private DateTimeOffset _notBefore;

    /// <summary>Asks the feed; tells of a newer release, once, and begins its rollout where that is wished.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        await catalog.CheckAsync(cancellationToken);
        if (await ReadAsync(cancellationToken) is not { Newest: { } newest } news)
        {
            return;
        }

        // Before the first one there is nothing to update.
        if (news.Fleet.Current is null)
        {
            return;
        }

        if (news.IsNewer && news.Fleet.Told != newest.Version)
        {
            await journal.AppendAsync(EventTypes.EngineUpdateAvailable, new EngineUpdateData(newest.Version, news.Fleet.Current, newest.PublishedAt), cancellationToken);
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            await db.EngineFleets.ExecuteUpdateAsync(set => set.SetProperty(f => f.Told, newest.Version), cancellationToken);
            Log.UpdateAvailable(logger, newest.Version, news.Fleet.Current);
        }

        if (news.MayBegin && options.Value.AutoUpdate)
        {
            await BeginAsync(newest.Version, RolloutTrigger.Update, cancellationToken);
        }
    }

    /// <summary>Installs the newest release where there is no engine yet; tried less and less often while that does not succeed.</summary>
    public async Task InstallFirstAsync(CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        if (!options.Value.InstallFirst || !installation.IsManaged || installation.Kind != EngineKind.Gowa || now < _notBefore)
        {
            return;
        }

        if ((await ReadAsync(cancellationToken)).Fleet.Current is not null)
        {
            // As good as never again; but a database may be exchanged.
            _notBefore = now + LongestPause;
            return;
        }

        _notBefore = now + TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(_failures++, 10)));
        try
        {
            await catalog.CheckAsync(cancellationToken);
            if (await ReadAsync(cancellationToken) is { Newest: { } newest, MayBegin: true })
            {
                await BeginAsync(newest.Version, RolloutTrigger.First, cancellationToken);
            }
        }
        catch (PlatformException exception)
        {
            Log.NoEngine(logger, exception.Detail);
        }
    }

    private async Task BeginAsync(string version, RolloutTrigger trigger, CancellationToken cancellationToken)
    {
        try
        {
            await desk.StartAsync(version, null, trigger, cancellationToken);
        }
        catch (PlatformException exception)
        {
            Log.NotBegun(logger, version, exception.Detail);
        }
    }

    private async Task<News> ReadAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var fleet = await db.EngineFleets.AsNoTracking().SingleAsync(cancellationToken);
        return new News(
            fleet, await db.EngineReleases.AsNoTracking().SingleOrDefaultAsync(r => r.Version == fleet.Newest, cancellationToken),
            await db.EngineRollouts.AnyAsync(r => r.Active, cancellationToken));
    }

    private sealed record News(EngineFleet Fleet, EngineRelease? Newest, bool IsBusy)
    {
        public bool IsNewer => EngineVersion.TryParse(Newest?.Version, out var newest) && (!EngineVersion.TryParse(Fleet.Current, out var current) || newest > current);

        public bool MayBegin => IsNewer && !IsBusy && Newest!.RefusedAt is null && (Fleet.Pinned is null || Fleet.Pinned == Newest.Version);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Engine {Version} is available; the devices have {Current}.")]
        public static partial void UpdateAvailable(ILogger logger, string version, string? current);

        [LoggerMessage(2, LogLevel.Warning, "There is no engine yet, and none could be installed; trying again later. {Why}")]
        public static partial void NoEngine(ILogger logger, string why);

        [LoggerMessage(3, LogLevel.Warning, "The rollout of engine {Version} was not begun. {Why}")]
        public static partial void NotBegun(ILogger logger, string version, string why);
    }
}
