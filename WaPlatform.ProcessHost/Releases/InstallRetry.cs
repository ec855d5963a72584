using WaPlatform.Contracts.Engines;
using WaPlatform.ServiceDefaults.Engines;

namespace WaPlatform.ProcessHost.Releases;

/// <summary>Decides what a host does after it could not install a version.</summary>
internal static class InstallRetry
{
    /// <summary>After so many attempts a rollout is told that it won't be.</summary>
    public const int MaxAttempts = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>What the failure is called.</summary>
    public static RolloutReason Reason(Exception failure) => failure is EngineArchiveException refused ? refused.Reason : RolloutReason.DownloadFailed;

    /// <param name="attempts">So far, this one included.</param>
    public static bool GivesUp(Exception failure, int attempts) => failure is EngineArchiveException || attempts >= MaxAttempts;

    /// <summary>How long until the next attempt, where there is one: the version of all devices is tried for ever.</summary>
    public static TimeSpan Pause(int attempts) => TimeSpan.FromSeconds(Math.Min(FirstPause.TotalSeconds * Math.Pow(2, Math.Min(attempts, 20) - 1), LongestPause.TotalSeconds));
}
