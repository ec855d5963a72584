using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using WaPlatform.ServiceDefaults.Cluster;
using WaPlatform.ServiceDefaults.Redis;

namespace Microsoft.Extensions.Hosting;

public static class WaClusterExtensions
{
    /// <summary>
    /// Makes this process a silo of the platform's cluster, on free ports unless <c>Orleans:SiloPort</c> and <c>Orleans:GatewayPort</c> say others. Needs AddWaDatabase.
    /// Several slices of one process may call it; each adds what it needs by <paramref name="configure"/>.
    /// </summary>
    public static TBuilder AddWaSilo<TBuilder>(this TBuilder builder, Action<ISiloBuilder>? configure = null) where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!builder.Services.Any(service => service.ServiceType == typeof(SiloPorts)))
        {
            var options = ClusterSettings.From(builder.Configuration);
            var ports = new SiloPorts(options);

            builder.Services.AddSingleton(ports);
            builder.Services.AddSingleton<SiloRun>();
            builder.Services.AddSingleton<IFatalErrorHandler, SiloDeath>();
            if (options.UsesRedis)
            {
                builder.AddWaRedis(ClusterSettings.RedisName);
                builder.Services.AddHostedService<RedisWait>();
                builder.Services.AddHostedService<MembershipKeeper>();
            }

            builder.UseOrleans(silo => Configure(silo, options, ports));

            // At every start it warns of a thread that was "not completed" since the machine's boot.
            builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        }

        if (configure is not null)
        {
            builder.UseOrleans(configure);
        }

        return builder;
    }

    /// <summary>Makes this process a client of the platform's cluster; in a process that is a silo itself there is nothing to do. The start waits for a silo; a web service answers meanwhile that it is alive and not ready.</summary>
    public static TBuilder AddWaClusterClient<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Services.Any(service => service.ServiceType == typeof(SiloPorts)))
        {
            return builder;
        }

        var options = ClusterSettings.From(builder.Configuration);
        builder.UseOrleansClient(client =>
        {
            client.UseConnectionRetryFilter<ConnectForEver>();
            client.AddActivityPropagation();
            client.Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = options.ClusterId);

            // A silo that hangs keeps its connections: only the list tells that it was voted out. Orleans would look once a minute.
            client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(2));

            // Not every silo has every grain: a client that was there before the first one with webhooks would not find them for a minute.
            client.Configure<TypeManagementOptions>(types => types.TypeMapRefreshInterval = TimeSpan.FromSeconds(5));
            if (options.UsesRedis)
            {
                client.UseRedisClustering(redis => redis.ConfigurationOptions = RedisConnection.Parse(options.RedisConnectionString));
            }
            else
            {
                client.UseStaticClustering(new IPEndPoint(options.Address, options.GatewayPort ?? throw new InvalidOperationException(
                    "A client needs ConnectionStrings:redis, or Orleans:GatewayPort of the only silo.")));
            }
        });
        builder.Services.AddSingleton<ClusterWait>().AddHostedService(provider => provider.GetRequiredService<ClusterWait>());

        return builder;
    }

    private static void Configure(ISiloBuilder silo, ClusterSettings options, SiloPorts ports)
    {
        silo.AddActivityPropagation();

        // Also in silos that run no device: whoever calls one first chooses its place.
        silo.Services.AddSingleton<Placement>().AddPlacementDirector<PlannedPlacement, PlannedPlacementDirector>();
        silo.Services.AddPlacementDirector<OwnHostPlacement, OwnHostPlacementDirector>();
        silo.Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = options.ClusterId);
        if (!options.UsesRedis)
        {
            // Its own default ports are the same for every platform on a machine; these are not.
            silo.UseLocalhostClustering(ports.Silo, ports.Gateway, serviceId: options.ClusterId, clusterId: options.ClusterId);
            return;
        }

        silo.UseRedisClustering(redis => redis.ConfigurationOptions = RedisConnection.Parse(options.RedisConnectionString));
        silo.Configure<EndpointOptions>(endpoint =>
        {
            endpoint.AdvertisedIPAddress = options.Address;
            endpoint.SiloPort = ports.Silo;
            endpoint.GatewayPort = ports.Gateway;
        });
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            // A dead silo is voted out after about six seconds instead of fifteen: before the lease of its host runs out (10 s),
            // so that taking its devices over never waits for the cluster. Orleans would go down to one second where answers are
            // quick; on a busy machine a living silo misses three of those, and one that is voted out has to end itself.
            membership.ProbeTimeout = TimeSpan.FromSeconds(2);
            membership.MinProbeTimeout = TimeSpan.FromSeconds(2);

            // Its own is four times as long, and no silo is voted out that sent anything in three times that.
            membership.MaxProbeTimeout = TimeSpan.FromSeconds(2);
            membership.NumMissedProbesLimit = 3;

            // A silo that starts calls on all that are in the table, and passes over those that have not said so for three times this long: those of a whole
            // cluster that was killed.
            membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(3);
        });

        // Its own directory deactivates the grains of healthy silos with each silo that dies, those whose entries that one held; this one gets the entries back
        // from the silos. It need not wait for a dead silo, too: the leases of hosts do.
#pragma warning disable ORLEANSEXP003 // Experimental
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        silo.Configure<GrainDirectoryOptions>(directory => directory.RangeLeaseDuration = TimeSpan.Zero);
    }
}
