using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace WaPlatform.Jobs.Cleanup;

/// <summary>How long rows are kept that nobody works with any more. Files of engines are the hosts' (EngineFilesOptions).</summary>
public sealed class CleanupOptions
{
    public const string SectionName = "Cleanup";

    /// <summary>Messages with an outcome, and their timelines, by the time of that. What waits, is being sent or is uncertain stays. 0 = for ever.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan KeepMessages { get; set; } = TimeSpan.FromDays(90);

    /// <summary>State changes of devices; the last one of each is kept in any case. 0 = for ever.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan KeepStates { get; set; } = TimeSpan.FromDays(90);

    /// <summary>State changes of each device, whatever their age.</summary>
    [Range(10, 1_000_000)]
    public int MaxStates { get; set; } = 5_000;

    /// <summary>Deliveries of webhooks that have an outcome, dead letters too. 0 = for ever.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan KeepDeliveries { get; set; } = TimeSpan.FromDays(30);

    /// <summary>What a restore replaced (<c>{data}/before-restore</c>).</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan KeepReplaced { get; set; } = TimeSpan.FromDays(7);
}

[OptionsValidator]
internal sealed partial class CleanupOptionsValidator : IValidateOptions<CleanupOptions>;
