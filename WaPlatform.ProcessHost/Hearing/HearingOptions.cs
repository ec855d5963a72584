using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace WaPlatform.ProcessHost.Hearing;

/// <summary>How a number that looks connected and is deaf is found and cured.</summary>
public sealed class HearingOptions
{
    public const string SectionName = "Hearing";

    /// <summary>False: numbers are neither asked nor cured. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>An engine that said nothing for this long is asked on its event socket. Default: 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The same once it left a question unanswered. Default: 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan RetryInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the engine may take to answer. Default: 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Questions in a row that must stay unanswered before anything is done. Default: 3.</summary>
    [Range(1, 100)]
    public int ProbeFailures { get; set; } = 3;

    /// <summary>Between two questions that only WhatsApp can answer; 0 = only on suspicion. Default: 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan LinkInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long WhatsApp may take to answer. Default: 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "00:01:00")]
    public TimeSpan LinkTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Recipients whose phones confirmed nothing, while nothing else came from WhatsApp either, that make a number suspect; 0 = never. Default: 10.</summary>
    [Range(0, 1000)]
    public int SilentRecipients { get; set; } = 10;

    /// <summary>How long a phone may take to confirm a message before it counts. Default: 3 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ReceiptPatience { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>Messages that are older count no more: that their recipients are away says nothing. Default: 30 min.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "1.00:00:00")]
    public TimeSpan ReceiptWindow { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a number has to be heard of after a step that was taken for missing receipts. Default: 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ReceiptSettle { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Restarts in one round; then there is a pause. Default: 3.</summary>
    [Range(1, 100)]
    public int MaxRestarts { get; set; } = 3;

    /// <summary>The first pause between two rounds; doubles with each. Default: 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan FirstRest { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest pause. Default: 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan LongestRest { get; set; } = TimeSpan.FromHours(1);
}

[OptionsValidator]
internal sealed partial class HearingOptionsValidator : IValidateOptions<HearingOptions>;
