using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace WaPlatform.ServiceDefaults.Disk;

/// <summary>When the data directory's disk is said to be running full. Both limits of a level must be passed: 10 % of a large disk is still much.</summary>
public sealed class DiskOptions
{
    public const string SectionName = "Disk";

    /// <summary>Free part in percent below which space is low.</summary>
    [Range(0, 90)]
    public int LowPercent { get; set; } = 10;

    /// <summary>Free bytes below which space is low.</summary>
    [Range(0, long.MaxValue)]
    public long LowBytes { get; set; } = 10L * 1024 * 1024 * 1024;

    /// <summary>Free part in percent below which it is critical.</summary>
    [Range(0, 90)]
    public int CriticalPercent { get; set; } = 3;

    /// <summary>Free bytes below which it is critical.</summary>
    [Range(0, long.MaxValue)]
    public long CriticalBytes { get; set; } = 1024L * 1024 * 1024;

    /// <summary>Between looks.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);
}

[OptionsValidator]
internal sealed partial class DiskOptionsValidator : IValidateOptions<DiskOptions>;
