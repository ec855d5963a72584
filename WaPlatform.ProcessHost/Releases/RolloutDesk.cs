using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Engines;
using WaPlatform.Contracts.Events;
using WaPlatform.Contracts.Faults;
using WaPlatform.Data;
using WaPlatform.Data.Engines;

namespace WaPlatform.ProcessHost.Releases;

/// <summary>Begins rollouts, and what else may be asked of them. Refuses by <see cref="PlatformException"/>.</summary>
internal sealed class RolloutDesk(IDbContextFactory<WaDbContext> databases, ReleaseCatalog catalog, RolloutDevices devices, RolloutEnd end, TimeProvider timeProvider)
{
    public async Task<Guid> StartAsync(string version, IReadOnlyList<string>? canaries, RolloutTrigger trigger, CancellationToken cancellationToken)
    {
        var wanted = Parse(version);
        var fleet = await ReadAsync(wanted, cancellationToken);
        if (fleet.Pinned is { } pinned && pinned != wanted.ToString())
        {
            throw Conflict($"The engine is pinned to {pinned}; end that first.");
        }

        await catalog.EnsureAsync(wanted, cancellationToken);
        return await AddAsync(wanted, fleet.Current, canaries, trigger, cancellationToken);
    }

    /// <summary>Begins to bring all devices to the version before.</summary>
    public async Task<Guid> GoBackAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var fleet = await db.EngineFleets.AsNoTracking().SingleAsync(cancellationToken);
        return fleet.Previous is { } previous
            ? await AddAsync(Parse(previous), fleet.Current, [], RolloutTrigger.Rollback, cancellationToken)
            : throw Conflict("No version before the current one is known; roll out the one that you want.");
    }

    /// <summary>Takes back the rollout that is under way. Null if there is none.</summary>
    public async Task<Guid?> TakeBackAsync(RolloutRunner runner, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.EngineRollouts.Include(r => r.Devices).SingleOrDefaultAsync(r => r.Active, cancellationToken) is not { } rollout)
        {
            return null;
        }

        if (rollout.State != RolloutState.RollingBack)
        {
            runner.RollBack(rollout, RolloutReason.Operator, "An operator took it back.");
            rollout.Revision++;
            await db.SaveChangesAsync(cancellationToken);
            await end.TellAsync(EventTypes.EngineRolloutRollingBack, rollout, cancellationToken);
        }

        return rollout.Id;
    }

    public async Task PinAsync(string? version, CancellationToken cancellationToken)
    {
        var pinned = version is null ? null : Parse(version).ToString();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (pinned is not null && !await db.EngineReleases.AnyAsync(r => r.Version == pinned, cancellationToken))
        {
            throw new PlatformException(ErrorCode.ReleaseNotFound, $"No release {pinned} is known; check for releases first, or bring it by hand.");
        }

        await db.EngineFleets.ExecuteUpdateAsync(set => set.SetProperty(f => f.Pinned, pinned), cancellationToken);
    }

    private async Task<EngineFleet> ReadAsync(EngineVersion wanted, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var fleet = await db.EngineFleets.AsNoTracking().SingleAsync(cancellationToken);
        if (fleet.Current == wanted.ToString())
        {
            throw Conflict($"Engine {wanted} is the current one already.");
        }

        return await db.EngineRollouts.Where(r => r.Active).Select(r => r.Version).FirstOrDefaultAsync(cancellationToken) is { } active ? throw Busy(active) : fleet;
    }

    private async Task<Guid> AddAsync(EngineVersion version, string? from, IReadOnlyList<string>? canaries, RolloutTrigger trigger, CancellationToken cancellationToken)
    {
        var rollout = new EngineRollout
        {
            Id = Guid.CreateVersion7(timeProvider.GetUtcNow()), Version = version.ToString(), From = from, Trigger = trigger, StartedAt = timeProvider.GetDatabaseTime(), Active = true,
        };
        rollout.Devices.AddRange(await devices.ChooseAsync(rollout.Id, canaries, cancellationToken));
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        db.EngineRollouts.Add(rollout);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (exception.IsUniqueViolation())
        {
            throw Busy("another version");
        }

        await end.TellAsync(EventTypes.EngineRolloutStarted, rollout, cancellationToken);
        return rollout.Id;
    }

    private static EngineVersion Parse(string text)
    {
        if (!EngineVersion.TryParse(text, out var version))
        {
            throw new PlatformException(ErrorCode.ValidationFailed, "The version must be a stable one like 9.2.0.");
        }

        return version >= EngineVersion.Minimum
            ? version
            : throw new PlatformException(ErrorCode.ValidationFailed, $"Engine {version} is too old: the platform works with {EngineVersion.Minimum} and newer.");
    }

    private static PlatformException Conflict(string detail) => new(ErrorCode.RolloutConflict, detail);

    private static PlatformException Busy(string version) => Conflict($"The rollout of {version} is under way; wait for its end, or take it back.");
}
