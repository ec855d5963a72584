using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using WaPlatform.ServiceDefaults.Cluster;

namespace WaPlatform.ProcessHost.Hosts;

/// <summary>Where gateways reach this host's web server.</summary>
internal sealed class HostAddress(IOptions<ClusterHostOptions> options, IConfiguration configuration, IServiceProvider services)
{
    private Uri? _url;

    /// <summary>Base URL that ends in a slash; null until the server listens, and in a process that has none.</summary>
    public Uri? Url => _url ??= Find();

    private Uri? Find()
    {
        if (options.Value.Address is { Length: > 0 } configured)
        {
            return new Uri(configured.TrimEnd('/') + "/");
        }

        // One without TLS first: the host's certificate, if it has one, is for another name.
        var bound = services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses
            .Where(address => !address.Contains("://unix:", StringComparison.Ordinal)).OrderBy(address => address.StartsWith("https", StringComparison.Ordinal))
            .Select(BindingAddress.Parse).FirstOrDefault();
        if (bound is null or { Port: 0 })
        {
            return null;
        }

        var host = IsName(bound.Host) ? bound.Host : SiloAddress(configuration).ToString();
        return new UriBuilder(bound.Scheme, host, bound.Port).Uri;
    }

    // A server that listens on all addresses is reached on the one that the silo is reached on.
    private static bool IsName(string host) => host is not ("*" or "+" or "0.0.0.0" or "[::]");

    private static IPAddress SiloAddress(IConfiguration configuration) => ClusterSettings.From(configuration).Address;
}
