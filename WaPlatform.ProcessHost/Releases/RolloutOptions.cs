using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace WaPlatform.ProcessHost.Releases;

/// <summary>How a new version of the engine goes to the devices.</summary>
public sealed class RolloutOptions
{
    public const string SectionName = "Rollout";

    /// <summary>From the restart of a device to its being ready, and connected again if it was before. Default 45 s.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:30:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>How long a canary is watched after that. Default 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan CanarySoak { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long each batch is watched. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan BatchSoak { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Devices that are restarted side by side after the canaries. Default 10.</summary>
    [Range(1, 1000)]
    public int BatchSize { get; set; } = 10;

    /// <summary>For all hosts to have the binary. Default 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan InstallTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Between two looks at the devices that are being watched. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan StepInterval { get; set; } = TimeSpan.FromSeconds(1);
}

[OptionsValidator]
internal sealed partial class RolloutOptionsValidator : IValidateOptions<RolloutOptions>;
