using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace WaPlatform.ServiceDefaults.Cluster;

/// <summary>How the services find one another. Read before the host is built, because it decides what is registered.</summary>
public sealed record ClusterSettings
{
    /// <summary>Name of the Redis connection string that holds the cluster's membership.</summary>
    public const string RedisName = "redis";

    /// <summary><c>Cluster:Mode</c>: <c>redis</c> or <c>localhost</c> (one silo, in this process or on this machine). Default: redis where there is a connection string for it.</summary>
    public required bool UsesRedis { get; init; }

    public string RedisConnectionString { get; init; } = "";

    /// <summary><c>Orleans:ClusterId</c>: services of one id are one cluster. Default <c>waplatform</c>.</summary>
    public required string ClusterId { get; init; }

    /// <summary><c>Orleans:SiloPort</c>: silos talk to one another on it. Default: any free port.</summary>
    public int? SiloPort { get; init; }

    /// <summary><c>Orleans:GatewayPort</c>: clients talk to a silo on it. Default: any free port; in mode localhost none.</summary>
    public int? GatewayPort { get; init; }

    /// <summary><c>Orleans:Address</c>: where the others reach this silo. Default: loopback; in a container the container's own address.</summary>
    public required IPAddress Address { get; init; }

    public static ClusterSettings From(IConfiguration configuration)
    {
        var redis = configuration.GetConnectionString(RedisName);
        return new ClusterSettings
        {
            UsesRedis = configuration["Cluster:Mode"] switch
            {
                null or "" => redis is not null,
                "redis" when redis is not null => true,
                "redis" => throw new InvalidOperationException($"Cluster:Mode is redis, but ConnectionStrings:{RedisName} is not set."),
                "localhost" => false,
                var mode => throw new InvalidOperationException($"Cluster:Mode is '{mode}'; it must be redis or localhost."),
            },
            RedisConnectionString = redis ?? "",
            ClusterId = configuration["Orleans:ClusterId"] ?? "waplatform",
            SiloPort = configuration.GetValue<int?>("Orleans:SiloPort"),
            GatewayPort = configuration.GetValue<int?>("Orleans:GatewayPort"),
            Address = configuration["Orleans:Address"] is { Length: > 0 } address ? IPAddress.Parse(address) : DefaultAddress(configuration),
        };
    }

    // Silos don't ask one another for credentials: they listen beyond the machine only where its network is the container's own.
    private static IPAddress DefaultAddress(IConfiguration configuration) =>
        configuration.GetValue<bool>("DOTNET_RUNNING_IN_CONTAINER") || configuration.GetValue<bool>("RUNNING_IN_CONTAINER")
            ? Dns.GetHostAddresses(Dns.GetHostName(), AddressFamily.InterNetwork).FirstOrDefault(address => !IPAddress.IsLoopback(address)) ?? IPAddress.Loopback
            : IPAddress.Loopback;
}
