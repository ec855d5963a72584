namespace WaPlatform.Contracts.Engines;

/// <summary>
/// Brings new versions of the engine to the devices (singleton, key 0). What it decides is in rows, so another host goes on with it. Refusals are
/// <see cref="Faults.PlatformException"/>s: ENGINE_UNMANAGED everywhere where ENGINE_PATH names the binary.
/// </summary>
[Alias("WaPlatform.IEnginesGrain")]
public interface IEnginesGrain : IGrainWithIntegerKey
{
    /// <summary>Starts its loop if it is not running. Idempotent.</summary>
    [Alias("EnsureRunning")]
    Task EnsureRunningAsync();

    /// <summary>Asks the feed for the newest release, and starts a rollout of it where that is wished. Faults: RELEASE_FEED_UNAVAILABLE.</summary>
    [Alias("Check"), ResponseTimeout("00:03:00")]
    Task CheckAsync();

    /// <summary>Begins to bring all devices to a version, and returns before any is touched.</summary>
    /// <param name="canaries">Numbers that go first, one by one; null = the platform chooses.</param>
    /// <returns>Id of the rollout. Faults: VALIDATION_FAILED, RELEASE_NOT_FOUND, RELEASE_FEED_UNAVAILABLE, ROLLOUT_CONFLICT.</returns>
    [Alias("RollOut"), ResponseTimeout("00:03:00")]
    Task<Guid> RollOutAsync(string version, IReadOnlyList<string>? canaries);

    /// <summary>Takes back the rollout that is under way, or else begins to bring all devices to the version before. Faults: ROLLOUT_CONFLICT.</summary>
    [Alias("RollBack")]
    Task<Guid> RollBackAsync();

    /// <summary>Allows rollouts to this version only; null = to any. Faults: RELEASE_NOT_FOUND.</summary>
    [Alias("Pin")]
    Task PinAsync(string? version);
}
