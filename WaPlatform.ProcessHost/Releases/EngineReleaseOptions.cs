using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace WaPlatform.ProcessHost.Releases;

/// <summary>Where new engines come from, and what the platform does about them by itself. Nothing, where ENGINE_PATH names the binary.</summary>
public sealed class EngineReleaseOptions
{
    public const string SectionName = "Engine";

    /// <summary>gowa's repository in GitHub's API.</summary>
    internal const string DefaultUrl = "https://api.github.com/repos/aldinokemal/go-whatsapp-web-multidevice";

    /// <summary>Feed in the form of GitHub's releases: address of a repository in such an API, or of the list itself. Unset = gowa's own; the simulator has none then.</summary>
    [RegularExpression("^https?://.+$")]
    public string? ReleasesUrl { get; set; }

    /// <summary>Also fetch over plain HTTP from other machines. The digest comes from the same place as the archive, so whoever is on the way could exchange both.</summary>
    public bool AllowHttp { get; set; }

    /// <summary>Begin a rollout of each newer release that the regular check finds.</summary>
    public bool AutoUpdate { get; set; }

    /// <summary>Install the newest release at once where there is no engine yet. Default true.</summary>
    public bool InstallFirst { get; set; } = true;

    /// <summary>The original platform's way to say it (api.md §9), which wins over the section.</summary>
    internal static void Apply(EngineReleaseOptions options, IConfiguration configuration) =>
        options.ReleasesUrl = configuration["ENGINE_RELEASES_URL"] is { Length: > 0 } url ? url : options.ReleasesUrl;
}

[OptionsValidator]
internal sealed partial class EngineReleaseOptionsValidator : IValidateOptions<EngineReleaseOptions>;
