using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace WaPlatform.ServiceDefaults.Events;

/// <summary>What the journal of events keeps, and for how long.</summary>
public sealed class JournalOptions
{
    public const string SectionName = "Events";

    /// <summary>Events older than this are removed. Default 7 days.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Only so many of the newest events are kept, over all devices. Default 10,000,000.</summary>
    [Range(1_000, 1_000_000_000)]
    public long MaxEvents { get; set; } = 10_000_000;

    /// <summary>
    /// Whether what people wrote is kept. If not, the journal has only ids, kinds and times of messages and calls: clients that are connected get them whole,
    /// those that read later (replay, REST, webhooks) without their content. Default true.
    /// </summary>
    public bool KeepBodies { get; set; } = true;
}

[OptionsValidator]
internal sealed partial class JournalOptionsValidator : IValidateOptions<JournalOptions>;
