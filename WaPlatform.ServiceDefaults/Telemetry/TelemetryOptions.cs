using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace WaPlatform.ServiceDefaults.Telemetry;

/// <summary>Where a service's metrics can be read. Where they are sent is said by <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.</summary>
public sealed class TelemetryOptions : IValidatableObject
{
    public const string SectionName = "Telemetry";

    /// <summary>Configuration key of <see cref="MetricsAddress"/>.</summary>
    public const string MetricsAddressKey = $"{SectionName}:{nameof(MetricsAddress)}";

    public const int MinTokenLength = 16;

    /// <summary>Prometheus reads <c>/metrics</c> here, for example <c>http://127.0.0.1:9464</c>; each service of a machine needs a port of its own. Default: nowhere.</summary>
    public string? MetricsAddress { get; set; }

    /// <summary>What Prometheus has to say as its bearer token. Needed where the address is not a loopback one; at least 16 characters.</summary>
    public string? MetricsToken { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrWhiteSpace(MetricsAddress))
        {
            yield break;
        }

        if (!Uri.TryCreate(MetricsAddress, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttp)
        {
            yield return new ValidationResult($"{MetricsAddressKey} is '{MetricsAddress}'; it must be a URL like http://127.0.0.1:9464.");
        }
        else if (!IsLoopback(address.Host) && (MetricsToken?.Length ?? 0) < MinTokenLength)
        {
            yield return new ValidationResult($"{MetricsAddressKey} is open to other machines; set {SectionName}:{nameof(MetricsToken)} to at least {MinTokenLength} characters.");
        }
    }

    private static bool IsLoopback(string host) => host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}

[OptionsValidator]
internal sealed partial class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>;
