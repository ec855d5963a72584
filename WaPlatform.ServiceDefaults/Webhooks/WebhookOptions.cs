using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace WaPlatform.ServiceDefaults.Webhooks;

/// <summary>How events are delivered to webhooks.</summary>
public sealed class WebhookOptions
{
    public const string SectionName = "Webhooks";

    /// <summary>Host names and literal addresses that may be private. A list, or one text with commas. Default none.</summary>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>How long a receiver may take until its answer begins; of the answer's body, what has not come by then is left out. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Pause after the first failure; it doubles with each further one, up to <see cref="MaxRetryDelay"/>, each with jitter. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan FirstRetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause between two attempts. Default 30 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long after its first attempt an event is tried; then it becomes a dead letter, and the next one has its turn. Default 24 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromHours(24);

    /// <summary>A webhook is switched off when nothing was delivered for so long. Default 5 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan DisableAfter { get; set; } = TimeSpan.FromDays(5);

    /// <summary>After so many failures in a row the breaker opens: an event says so, and permanent refusals, too, are followed by a pause. Default 5.</summary>
    [Range(1, 1000)]
    public int BreakerThreshold { get; set; } = 5;

    /// <summary>How long the secret before signs too, after a rotation. Default 24 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan SecretOverlap { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long deliveries stay in the list. Default 30 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00")]
    public TimeSpan DeliveryRetention { get; set; } = TimeSpan.FromDays(30);
}

[OptionsValidator]
internal sealed partial class WebhookOptionsValidator : IValidateOptions<WebhookOptions>;
