using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace WaPlatform.Gateway.Edge;

/// <summary>Whom the gateway lets near, and whom it believes. The lists may also be one text with commas.</summary>
internal sealed class EdgeOptions
{
    public const string SectionName = "Gateway";

    /// <summary>
    /// Addresses and networks (<c>10.0.0.5</c>, <c>10.0.0.0/8</c>) of the proxies before the gateway: only they are believed when they say where a request
    /// comes from (<c>X-Forwarded-For</c>, <c>X-Forwarded-Proto</c>). Default: none.
    /// </summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>Origins (<c>https://app.example.com</c>) whose pages may call the API from a browser. Default: none.</summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>Lets the gateway listen beyond this machine without TLS and without a trusted proxy, in Production too. Default: false.</summary>
    public bool AllowInsecurePublic { get; set; }

    /// <summary>Connections at once, and as many WebSockets beside them; more are closed as they come. Default: 10,000.</summary>
    [Range(10, 1_000_000)]
    public int MaxConnections { get; set; } = 10_000;

    public IEnumerable<IPNetwork> ReadTrustedNetworks() => TrustedProxies.Select(text => TryParse(text)!.Value);

    /// <summary>Reads an address or a network; null if it is neither.</summary>
    internal static IPNetwork? TryParse(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : !text.Contains('/', StringComparison.Ordinal) && IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;
}

[OptionsValidator]
internal sealed partial class EdgeOptionsValidator : IValidateOptions<EdgeOptions>;

internal sealed class EdgeListsValidator : IValidateOptions<EdgeOptions>
{
    public ValidateOptionsResult Validate(string? name, EdgeOptions options)
    {
        string[] problems =
        [
            .. options.TrustedProxies.Where(text => EdgeOptions.TryParse(text) is null)
                .Select(text => $"Gateway:TrustedProxies has '{text}', which is no address and no network (10.0.0.5, 10.0.0.0/8)."),
            .. options.AllowedOrigins.Where(text => !IsOrigin(text))
                .Select(text => $"Gateway:AllowedOrigins has '{text}', which is no origin (https://app.example.com, without a path; '*' would be everybody)."),
        ];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0 && uri.GetLeftPart(UriPartial.Authority) == text;
}
