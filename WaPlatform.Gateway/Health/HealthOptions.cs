using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace WaPlatform.Gateway.Health;

/// <summary>From when on the platform says of itself that it is not well.</summary>
internal sealed class HealthOptions
{
    public const string SectionName = "Health";

    /// <summary>Percent of a disk that must be free, or it is degraded. Default: 10.</summary>
    [Range(0, 100)]
    public int DiskWarningPercent { get; set; } = 10;

    /// <summary>Percent of a disk that must be free, or it is unhealthy. Default: 3.</summary>
    [Range(0, 100)]
    public int DiskCriticalPercent { get; set; } = 3;

    /// <summary>A number that could send, and has not for this long although messages wait, is stuck. Default: 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan StuckAfter { get; set; } = TimeSpan.FromMinutes(5);
}

[OptionsValidator]
internal sealed partial class HealthOptionsValidator : IValidateOptions<HealthOptions>;
