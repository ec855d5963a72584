using WaPlatform.Contracts.Engines;

namespace WaPlatform.ProcessHost.Releases;

/// <summary>Decides from the feed alone which release is meant.</summary>
internal static class ReleaseChoice
{
    /// <summary>The newest stable one that the platform can work with and that has everything for some platforms; null if there is none.</summary>
    public static FeedRelease? Newest(IEnumerable<FeedRelease> releases, IReadOnlyCollection<string> platforms) => releases
        .Where(release => release.Version >= EngineVersion.Minimum && IsComplete(release, platforms))
        .MaxBy(release => release.Version);

    /// <summary>Whether archive and checksums are there for each of the platforms; a release grows for some minutes.</summary>
    public static bool IsComplete(FeedRelease release, IReadOnlyCollection<string> platforms) =>
        platforms.All(platform => release.ArchiveFor(platform) is not null && release.ChecksumsFor(platform) is not null);
}
