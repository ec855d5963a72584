using WaPlatform.Contracts.Engines;
using WaPlatform.Data.Engines;

namespace WaPlatform.Gateway.Engines;

/// <summary>The engine of the platform: which versions there are, which runs, which is on its way.</summary>
/// <param name="Managed">False where ENGINE_PATH names the binary of every host: nothing is installed or exchanged then.</param>
/// <param name="Minimum">The oldest version that can be rolled out.</param>
/// <param name="Current">The version that devices are started with; null before the first one.</param>
/// <param name="Previous">The one to go back to.</param>
/// <param name="Wanted">The version that devices are to have: that of the rollout under way, else the current one.</param>
/// <param name="Pinned">The only version that may be rolled out; null = any.</param>
/// <param name="Installed">Versions that every living host has.</param>
/// <param name="Newest">The newest release that the feed had.</param>
/// <param name="UpdateAvailable">That one is newer than the current one.</param>
/// <param name="LastCheck">Null before the first.</param>
/// <param name="Rollout">The one under way, else the last one; null if there was none.</param>
internal sealed record EngineView(
    bool Managed,
    string Minimum,
    string? Current,
    string? Previous,
    string? Wanted,
    string? Pinned,
    IReadOnlyList<string> Installed,
    ReleaseView? Newest,
    bool UpdateAvailable,
    CheckView? LastCheck,
    IReadOnlyList<ReleaseView> Releases,
    IReadOnlyList<HostEngineView> Hosts,
    RolloutView? Rollout)
{
    /// <param name="wasManaged">What holds while no host lives.</param>
    public static EngineView From(EngineFleet fleet, IReadOnlyList<EngineRelease> releases, IReadOnlyList<HostEngine> hosts, bool wasManaged, EngineRollout? rollout)
    {
        var managed = hosts.Where(host => host.IsManaged).ToList();
        List<ReleaseView> views = [.. releases.OrderByDescending(release => EngineVersion.TryParse(release.Version, out var version) ? version : default).Select(ReleaseView.From)];
        var newest = views.Find(view => view.Version == fleet.Newest);
        return new EngineView(
            hosts.Count > 0 ? managed.Count > 0 : wasManaged, EngineVersion.Minimum.ToString(), fleet.Current, fleet.Previous, rollout is { Active: true, State: not RolloutState.RollingBack } ? rollout.Version : fleet.Current, fleet.Pinned,
            managed.Count == 0 ? [] : [.. managed.Select(host => host.Versions.AsEnumerable()).Aggregate((all, some) => all.Intersect(some))],
            newest, EngineVersion.TryParse(newest?.Version, out var latest) && (!EngineVersion.TryParse(fleet.Current, out var current) || latest > current),
            fleet.CheckedAt is { } at ? new CheckView(at, fleet.CheckError) : null,
            views, [.. hosts.Select(HostEngineView.From)], rollout is null ? null : RolloutView.Of(rollout));
    }
}

/// <summary>The last question to the feed.</summary>
/// <param name="Error">Why it was not answered; null if it was.</param>
internal sealed record CheckView(DateTimeOffset At, string? Error);

/// <summary>A release that the platform has heard of.</summary>
/// <param name="Source">feed, or file if an administrator brought it.</param>
/// <param name="RefusedAt">When a rollout of it did not succeed; the platform does not begin another by itself then.</param>
internal sealed record ReleaseView(string Version, string Source, DateTimeOffset? PublishedAt, DateTimeOffset? RefusedAt, string? RefusedWhy, IReadOnlyList<ArchiveView> Archives)
{
    public static ReleaseView From(EngineRelease release) => new(
        release.Version, release.ByHand ? "file" : "feed", release.PublishedAt, release.RefusedAt, release.RefusedWhy,
        [.. release.Archives.OrderBy(archive => archive.Platform, StringComparer.Ordinal).Select(archive => new ArchiveView(archive.Platform, archive.Sha256, archive.IsStored))]);
}

/// <summary>Its archive for one platform.</summary>
/// <param name="Stored">The database keeps it, for hosts that can't fetch it.</param>
internal sealed record ArchiveView(string Platform, string Sha256, bool Stored);

/// <summary>The engines of one living host.</summary>
/// <param name="Path">The binary that ENGINE_PATH names.</param>
/// <param name="Failure">What it could not install.</param>
internal sealed record HostEngineView(string Id, string Platform, bool Managed, string? Path, IReadOnlyList<string> Installed, InstallFailureView? Failure)
{
    public static HostEngineView From(HostEngine host) => new(
        host.Host, host.Platform, host.IsManaged, host.Path, host.Versions,
        host.FailedVersion is { } version ? new InstallFailureView(version, host.FailedReason ?? RolloutReason.DownloadFailed, host.FailedDetail, host.GaveUp) : null);
}

/// <param name="GaveUp">It does not try again for the rollout under way.</param>
internal sealed record InstallFailureView(string Version, RolloutReason Reason, string? Detail, bool GaveUp);
