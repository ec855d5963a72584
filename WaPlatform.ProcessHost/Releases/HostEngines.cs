using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Engines;
using WaPlatform.Data;
using WaPlatform.Data.Engines;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.ProcessHost.Hosts;
using WaPlatform.ServiceDefaults.Engines;

namespace WaPlatform.ProcessHost.Releases;

/// <summary>
/// Sees to it that this host has the engines that its devices may be started with, tells in its row which it has, and that the cluster has its
/// <see cref="EnginesGrain"/>. Where a binary is configured it only tells that.
/// </summary>
internal sealed partial class HostEngines(
    IDbContextFactory<WaDbContext> databases, EngineInstallation installation, EngineStore store, EngineInstaller installer, HostMembership membership, IGrainFactory grains,
    TimeProvider timeProvider, ILogger<HostEngines> logger)
    : BackgroundService
{
    private const int MaxDetail = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Dictionary<WantedVersion, InstallFailure> _failures = [];
    private HostEngine? _told;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Devices that other hosts run well would only come here to wait.
        membership.AwaitsEngine = installation.IsManaged && membership.IsOneOfMany;
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await RoundAsync(stoppingToken))
                {
                    return;
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // By design: whatever went wrong in this round, the next one must come.
                Log.RoundFailed(logger, exception);
            }

            // Also where it can't be had: what is in the way is then said by the devices.
            membership.AwaitsEngine = false;

            await Task.Delay(Interval, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // True if there is nothing more to do.
    private async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        if (membership.Id.Length == 0)
        {
            return false;
        }

        if (!installation.IsManaged)
        {
            await TellAsync(cancellationToken);
            return true;
        }

        if (_told is null)
        {
            store.Clean();
        }

        var wish = await ReadAsync(cancellationToken);
        foreach (var old in _failures.Keys.Where(failed => !wish.Wanted.Contains(failed)).ToList())
        {
            _failures.Remove(old);
        }

        foreach (var missing in wish.Wanted.Where(wanted => store.Find(wanted.Version) is null && (_failures.GetValueOrDefault(wanted)?.AllowsAnother(timeProvider.GetUtcNow()) ?? true)))
        {
            await InstallAsync(missing, cancellationToken);
        }

        store.RemoveExcept(wish.Kept);
        await TellAsync(cancellationToken);
        await WakeGrainAsync(cancellationToken);
        return false;
    }

    private async Task<EngineWish> ReadAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var fleet = await db.EngineFleets.AsNoTracking().SingleAsync(cancellationToken);
        var rollout = await db.EngineRollouts.Where(r => r.Active).Select(r => new WantedVersion(r.Version, r.Id)).FirstOrDefaultAsync(cancellationToken);
        var current = fleet.Current is null ? null : new WantedVersion(fleet.Current, null);
        return new EngineWish([.. new[] { current, rollout }.OfType<WantedVersion>()], [.. new[] { fleet.Current, fleet.Previous, fleet.Pinned, rollout?.Version }.OfType<string>()]);
    }

    private async Task InstallAsync(WantedVersion wanted, CancellationToken cancellationToken)
    {
        try
        {
            await installer.InstallAsync(wanted.Version, cancellationToken);
            _failures.Remove(wanted);
        }
        catch (Exception exception) when (exception is EngineArchiveException or ReleaseFeedException or IOException or UnauthorizedAccessException || exception.IsDatabaseUnavailable())
        {
            var attempts = (_failures.GetValueOrDefault(wanted)?.Attempts ?? 0) + 1;
            _failures[wanted] = new InstallFailure(
                wanted, attempts, timeProvider.GetUtcNow() + InstallRetry.Pause(attempts), InstallRetry.Reason(exception), exception.Message, InstallRetry.GivesUp(exception, attempts));
            Log.NotInstalled(logger, wanted.Version, attempts, exception.Message);
        }
    }

    private async Task WakeGrainAsync(CancellationToken cancellationToken)
    {
        try
        {
            await grains.GetGrain<IEnginesGrain>(0).EnsureRunningAsync().WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // By design: the cluster may be forming, or the host that had the grain just died.
            Log.NotThereYet(logger, exception.Message);
        }
    }

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        var row = Describe();
        if (_told is not null && Same(_told, row))
        {
            return;
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (_told is null)
        {
            // What hosts said that are gone.
            await db.HostEngines.Where(h => h.Host != row.Host && !db.Hosts.Any(host => host.Id == h.Host)).ExecuteDeleteAsync(cancellationToken);
        }

        if (await db.HostEngines.AsNoTracking().AnyAsync(h => h.Host == row.Host, cancellationToken))
        {
            db.HostEngines.Update(row);
        }
        else
        {
            db.HostEngines.Add(row);
        }

        await db.SaveChangesAsync(cancellationToken);
        _told = row;
    }

    private HostEngine Describe()
    {
        // That of a rollout is what somebody waits for.
        var failure = _failures.Values.OrderBy(failed => failed.Wanted.Rollout is null).FirstOrDefault();
        return new HostEngine
        {
            Host = membership.Id,
            Platform = EnginePlatform.Current,
            IsManaged = installation.IsManaged,
            Path = installation.ConfiguredPath,
            Installed = string.Join(',', store.Versions()),
            FailedVersion = failure?.Wanted.Version,
            FailedFor = failure?.Wanted.Rollout,
            FailedReason = failure?.Reason,
            FailedDetail = failure?.Detail is { Length: > MaxDetail } detail ? detail[..MaxDetail] : failure?.Detail,
            GaveUp = failure?.GaveUp ?? false,
        };
    }

    private static bool Same(HostEngine one, HostEngine other) =>
        (one.Host, one.Installed, one.FailedVersion, one.FailedFor, one.FailedReason, one.FailedDetail, one.GaveUp)
        == (other.Host, other.Installed, other.FailedVersion, other.FailedFor, other.FailedReason, other.FailedDetail, other.GaveUp);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Looking after the engines of this host failed; the next round tries again.")]
        public static partial void RoundFailed(ILogger logger, Exception exception);

        [LoggerMessage(2, LogLevel.Warning, "Engine {Version} could not be installed (attempt {Attempt}): {Why}")]
        public static partial void NotInstalled(ILogger logger, string version, int attempt, string why);

        [LoggerMessage(3, LogLevel.Debug, "The keeper of rollouts can't be reached: {Why}")]
        public static partial void NotThereYet(ILogger logger, string why);
    }
}

/// <summary>A version that a host should have.</summary>
/// <param name="Rollout">For which; null if devices are started with it anyway.</param>
internal sealed record WantedVersion(string Version, Guid? Rollout);

/// <summary>The versions that a host should have.</summary>
/// <param name="Wanted">Those that are installed; what devices run now comes before what they may run.</param>
/// <param name="Kept">Those that are not removed.</param>
internal sealed record EngineWish(IReadOnlyList<WantedVersion> Wanted, IReadOnlyCollection<string> Kept);

/// <summary>What became of the last attempt to install a version.</summary>
internal sealed record InstallFailure(WantedVersion Wanted, int Attempts, DateTimeOffset NotBefore, RolloutReason Reason, string Detail, bool GaveUp)
{
    /// <summary>Whether another attempt may be made now. What a rollout gave up is not tried again for it; what all devices need is, for ever.</summary>
    public bool AllowsAnother(DateTimeOffset now) => (!GaveUp || Wanted.Rollout is null) && now >= NotBefore;
}
