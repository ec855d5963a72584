using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>How messages are sent, for all devices of this host.</summary>
public sealed class SendingOptions
{
    public const string SectionName = "Sending";

    /// <summary>After so many attempts that failed, and that might have gone better, a message is given up.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 5;

    /// <summary>Pause after the first attempt that failed; doubled with each further one, with a jitter of 20 %.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan FirstRetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>No pause between attempts is longer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan LongestRetryDelay { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>What happens to a message of which nobody can tell whether WhatsApp has it.</summary>
    public InDoubtPolicy InDoubt { get; set; } = InDoubtPolicy.Hold;

    /// <summary>How long nothing is sent to strangers after WhatsApp refused one with error 463; the engine does not tell when the lock ends.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan ReachoutTimelock { get; set; } = TimeSpan.FromHours(24);
}

public enum InDoubtPolicy
{
    /// <summary>Held as uncertain, for a person to decide: nothing is ever sent twice.</summary>
    Hold,

    /// <summary>Sent again: nothing is ever left unsent.</summary>
    Resend,
}

[OptionsValidator]
internal sealed partial class SendingOptionsValidator : IValidateOptions<SendingOptions>;
