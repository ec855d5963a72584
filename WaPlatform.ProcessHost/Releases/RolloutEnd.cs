using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Engines;
using WaPlatform.Contracts.Events;
using WaPlatform.Data;
using WaPlatform.Data.Engines;
using WaPlatform.ServiceDefaults.Engines;
using WaPlatform.ServiceDefaults.Events;

namespace WaPlatform.ProcessHost.Releases;

/// <summary>What stays of a rollout: the version of all devices, a release that is not tried again, events.</summary>
internal sealed partial class RolloutEnd(EngineArchives archives, PlatformJournal journal, TimeProvider timeProvider, ILogger<RolloutEnd> logger)
{
    private const int MaxReason = 500;

    /// <summary>Every device has the version: from now on all are started with it.</summary>
    public async Task FinishAsync(WaDbContext db, EngineRollout rollout, CancellationToken cancellationToken)
    {
        var fleet = await db.EngineFleets.SingleAsync(cancellationToken);
        if (rollout.Trigger == RolloutTrigger.Rollback)
        {
            // Back once more would be to the version that somebody did not want.
            fleet.Previous = null;
            await RefuseAsync(db, rollout.From, "An operator went back to the version before.", cancellationToken);
        }
        else
        {
            fleet.Previous = fleet.Current;
        }

        fleet.Current = rollout.Version;
        if (await db.EngineReleases.SingleOrDefaultAsync(r => r.Version == rollout.Version, cancellationToken) is { } release)
        {
            (release.RefusedAt, release.RefusedWhy) = (null, null);
        }

        Close(rollout, RolloutState.Done);
    }

    /// <summary>The version did not prove itself. All is as it was before.</summary>
    public async Task RefuseAsync(WaDbContext db, EngineRollout rollout, RolloutState state, CancellationToken cancellationToken)
    {
        // What could only not be fetched now may well do another day.
        if (rollout.Reason is not (RolloutReason.DownloadFailed or RolloutReason.InstallTimeout))
        {
            await RefuseAsync(db, rollout.Version, rollout.Detail, cancellationToken);
        }

        Close(rollout, state);
    }

    /// <summary>Tells of a step that was stored. Whoever can't be told reads it in the rollout itself.</summary>
    public async Task TellAsync(EngineRollout rollout, RolloutStep step, CancellationToken cancellationToken)
    {
        var type = step switch
        {
            RolloutStep.Finish when !rollout.Active => EventTypes.EngineRolloutDone,
            RolloutStep.RollBack => EventTypes.EngineRolloutRollingBack,
            RolloutStep.RolledBack => EventTypes.EngineRolloutRolledBack,
            RolloutStep.Fail => EventTypes.EngineRolloutFailed,
            _ => null,
        };
        if (type is null)
        {
            return;
        }

        Log.Stepped(logger, rollout.Version, rollout.State, rollout.Detail);
        await TellAsync(type, rollout, cancellationToken);
        if (type == EventTypes.EngineRolloutDone && EngineVersion.TryParse(rollout.Version, out var version))
        {
            // The version before is what one goes back to.
            await archives.RemoveOlderAsync(version, [.. new[] { rollout.From }.OfType<string>()], cancellationToken);
        }
    }

    public async Task TellAsync(string type, EngineRollout rollout, CancellationToken cancellationToken)
    {
        try
        {
            await journal.AppendAsync(type, new EngineRolloutData(rollout.Id, rollout.Version, rollout.From, rollout.State, rollout.Reason, rollout.Detail), cancellationToken);
        }
        catch (Exception exception) when (exception.IsDatabaseUnavailable())
        {
            Log.NotTold(logger, type, exception.Message);
        }
    }

    private async Task RefuseAsync(WaDbContext db, string? version, string? why, CancellationToken cancellationToken)
    {
        if (await db.EngineReleases.SingleOrDefaultAsync(r => r.Version == version, cancellationToken) is { } release)
        {
            (release.RefusedAt, release.RefusedWhy) = (timeProvider.GetDatabaseTime(), why is { Length: > MaxReason } ? why[..MaxReason] : why);
        }
    }

    private void Close(EngineRollout rollout, RolloutState state)
    {
        rollout.State = state;
        rollout.EndedAt = timeProvider.GetDatabaseTime();
        rollout.Active = false;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Rollout of engine {Version}: {State}. {Detail}")]
        public static partial void Stepped(ILogger logger, string version, RolloutState state, string? detail);

        [LoggerMessage(2, LogLevel.Warning, "The event {Type} could not be stored. {Why}")]
        public static partial void NotTold(ILogger logger, string type, string why);
    }
}
