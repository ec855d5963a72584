using System.Net;
using Microsoft.Extensions.Options;

namespace WaPlatform.Gateway.Edge;

/// <summary>Where the gateway listens in the clear for others than this machine.</summary>
internal static class Listening
{
    private const StringSplitOptions SplitOptions = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;

    /// <summary>Configured addresses without TLS that are reached from beyond this machine.</summary>
    public static string[] InTheClear(IConfiguration configuration)
    {
        var urls = (configuration["urls"] ?? "").Split(';', SplitOptions);
        if (urls.Length == 0)
        {
            urls = [.. (configuration["http_ports"] ?? "").Split(';', SplitOptions).Select(port => $"http://*:{port}")];
        }

        // Of Kestrel's own section; it wins over the others.
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>().ToArray();
        return [.. (endpoints.Length > 0 ? endpoints : urls).Where(IsInTheClear)];
    }

    internal static bool IsInTheClear(string url)
    {
        var address = BindingAddress.Parse(url);
        return address.Scheme == "http" && !address.IsUnixPipe && !address.IsNamedPipe
            && !string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase)
            && !(IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
    }

    /// <summary>
    /// In a container every address is the container's own, and what of it is seen outside is decided there: the gateway cannot know, so it warns instead
    /// of refusing.
    /// </summary>
    public static bool IsInContainer(IConfiguration configuration) =>
        configuration.GetValue<bool>("DOTNET_RUNNING_IN_CONTAINER") || configuration.GetValue<bool>("RUNNING_IN_CONTAINER");

    /// <summary>Somebody has answered for it: with a proxy that has the TLS, or by saying so.</summary>
    public static bool IsAnsweredFor(EdgeOptions options) => options.AllowInsecurePublic || options.TrustedProxies.Count > 0;
}

/// <summary>Lets no gateway start in Production where passwords and tokens would cross a network in the clear.</summary>
internal sealed class ListeningValidator(IConfiguration configuration, IHostEnvironment environment) : IValidateOptions<EdgeOptions>
{
    public ValidateOptionsResult Validate(string? name, EdgeOptions options) =>
        environment.IsProduction() && !Listening.IsAnsweredFor(options) && !Listening.IsInContainer(configuration)
        && Listening.InTheClear(configuration) is { Length: > 0 } addresses
            ? ValidateOptionsResult.Fail(
                $"The gateway would listen at {string.Join(", ", addresses)} without TLS, and passwords and tokens would cross the network in the clear. Listen on the loopback "
                + "(API_HOST=localhost) behind a proxy with TLS, give it a certificate (https:// in ASPNETCORE_URLS), name the proxy before it (Gateway__TrustedProxies), or say that "
                + "the network is yours (Gateway__AllowInsecurePublic=true).")
            : ValidateOptionsResult.Success;
}
