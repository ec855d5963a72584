using WaPlatform.Tests.Platform;

namespace WaPlatform.Tests.Cluster;

/// <summary>Two gateways, three hosts and thirty paired devices for all scenarios: each takes the cluster as it should be and may leave it broken.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    private const int Devices = 30;
    private const int PairedAtOnce = 6;

    private readonly AcceptedMessages _accepted = new();

    internal RunningCluster Cluster { get; } = new(new ClusterPlan { Gateways = 2, Hosts = 3 });

    internal IReadOnlyList<string> Phones { get; } = [.. Enumerable.Range(0, Devices).Select(index => $"55119999907{index:D2}")];

    public async ValueTask InitializeAsync()
    {
        await Cluster.StartAsync(CancellationToken.None);
        await Parallel.ForEachAsync(
            Phones, new ParallelOptions { MaxDegreeOfParallelism = PairedAtOnce }, async (phone, cancellationToken) => await Cluster.PairAsync(phone, cancellationToken));
    }

    /// <summary>Starts what does not run, and waits until every host is there and every device connected, in even shares.</summary>
    internal async Task SettleAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(Cluster.Services.Where(service => !service.IsRunning).Select(service => service.StartAsync(cancellationToken)));
        await Cluster.WaitForHostsAsync("all hosts alive", hosts => hosts.Count(host => host.State == "alive") == Cluster.Hosts.Count, cancellationToken);
        await WaitUntilEvenAsync(cancellationToken);
    }

    /// <summary>Waits until every device is connected, in even shares; how long that took.</summary>
    internal Task<TimeSpan> WaitUntilEvenAsync(CancellationToken cancellationToken) => Cluster.WaitForFleetAsync(
        "connected in even shares", devices => AreConnected(devices, Phones) && devices.Spread(Cluster.Hosts).IsEven(), cancellationToken);

    /// <summary>Waits until some devices are connected on hosts other than one; how long that took.</summary>
    internal Task<TimeSpan> WaitUntilMovedAsync(IReadOnlyCollection<string> phones, string from, CancellationToken cancellationToken) => Cluster.WaitForFleetAsync(
        $"moved away from {from}", devices => AreConnected(devices, phones) && devices.TrueForAll(device => device.Host != from), cancellationToken);

    internal Task<TimeSpan> WaitUntilConnectedAsync(CancellationToken cancellationToken) =>
        Cluster.WaitForFleetAsync("all connected", devices => AreConnected(devices, Phones), cancellationToken);

    /// <summary>The devices that a host runs now.</summary>
    internal async Task<string[]> DevicesOfAsync(ServiceProcess host, CancellationToken cancellationToken) =>
        [.. (await Cluster.DevicesAsync(cancellationToken))!.Where(device => device.Host == host.Name).Select(device => device.Phone)];

    internal Task<Load> LoadAsync(CancellationToken cancellationToken) => Load.StartAsync(Cluster, Phones, _accepted, cancellationToken);

    /// <summary>The engines that the API shows are those that the kernel has, each a child of the host that it is said to be on.</summary>
    internal async Task AssertProcessesAreRealAsync(CancellationToken cancellationToken)
    {
        var devices = (await Cluster.DevicesAsync(cancellationToken))!;

        Assert.Equal(Phones.Order(), devices.Select(device => device.Phone).Order());
        Assert.All(Cluster.Hosts, host => Assert.Equal(devices.Where(device => device.Host == host.Name).Select(device => device.Pid!.Value).Order(), Engines.Of(host.Pid).Order()));
        Assert.Equal(Phones.Count, Cluster.EnginePids.Count);
    }

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();

    private static bool AreConnected(List<PlacedDevice> devices, IEnumerable<string> phones) =>
        phones.All(phone => devices.Exists(device => device.Phone == phone && device.IsConnected));
}

/// <summary>Alone on the machine: the scenarios measure, and what they start is a dozen processes.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class SharedClusterTests : ICollectionFixture<SharedCluster>;
