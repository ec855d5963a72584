using System.Globalization;
using System.Net.Http.Headers;
using WaPlatform.Tests.Platform;
using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.Processes;
using WaPlatform.Tests.Redis;
using WaPlatform.Tests.Simulator;

namespace WaPlatform.Tests.Cluster;

/// <summary>Gateways and hosts as processes of their own, with a PostgreSQL and a Redis that are theirs alone. Nothing of it is left when it is disposed.</summary>
internal sealed class RunningCluster : IPlatform, IAsyncDisposable
{
    /// <summary>As in production: long enough for a host that is only busy.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    /// <summary>Of a host.</summary>
    public const int StartsAtOnce = 2;

    private const string Password = "a password of the tests";

    private readonly string _directory = Directory.CreateTempSubdirectory("wa-cluster-").FullName;
    private readonly string _wadb;
    private readonly string _redis;
    private HttpClient? _client;

    public RunningCluster(ClusterPlan plan)
    {
        (_wadb, _redis) = (Postgres.NameDatabase(), Redis.NameDatabase());
        Gateways = [.. Enumerable.Range(1, plan.Gateways).Select(number => new ClusterGateway(Service("WaPlatform.Gateway", $"gateway-{number}", []), Password, Ledger))];
        Hosts = [.. Enumerable.Range(1, plan.Hosts).Select(number => Service("WaPlatform.ProcessHost", $"host-{number}", HostVariables($"host-{number}", plan)))];
    }

    // What it confirmed must be there after a crash, or no message could be said to be safe.
    public PostgresServer Postgres { get; } = new() { KeepsCommits = true };

    public RedisServer Redis { get; } = new();

    public IReadOnlyList<ClusterGateway> Gateways { get; }

    public IReadOnlyList<ServiceProcess> Hosts { get; }

    public IEnumerable<ServiceProcess> Services => Gateways.Select(gateway => gateway.Service).Concat(Hosts);

    public EngineLives Lives => new(Path.Combine(_directory, "lives"));

    public Uri Address => Gateways[0].Address;

    /// <summary>Of a load balancer before the gateways.</summary>
    public HttpClient Client => _client ??= SignedIn();

    public IEnumerable<string> Said => Services.SelectMany(service => service.Lines.Select(line => $"{service.Name}: {line}"));

    private string Ledger => Path.Combine(_directory, "ledger.jsonl");

    public HttpClient CreateClient() => new(new RoundRobin([.. Gateways.Select(gateway => gateway.Address)])) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };

    public string LedgerOf(string phone) => Ledger;

    /// <summary>The servers first, then all services at once.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await StartServersAsync(cancellationToken);
        await Task.WhenAll(Services.Select(service => service.StartAsync(cancellationToken)));
        await SignInAsync(cancellationToken);
    }

    public Task StartServersAsync(CancellationToken cancellationToken) => Task.WhenAll(Postgres.StartAsync(cancellationToken), Redis.StartAsync(cancellationToken));

    public async Task SignInAsync(CancellationToken cancellationToken)
    {
        foreach (var gateway in Gateways)
        {
            await gateway.SignInAsync(cancellationToken);
        }
    }

    /// <summary>Pids of all engines of the cluster.</summary>
    public HashSet<int> EnginePids => Engines.In(_directory);

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        foreach (var gateway in Gateways)
        {
            gateway.Dispose();
        }

        await Task.WhenAll(Services.Select(service => service.DisposeAsync().AsTask()));
        await KeepLogsAsync();
        await Redis.DisposeAsync();
        await Postgres.DisposeAsync();
        await LeftOver.WaitUntilGoneAsync(_directory, ServiceProcess.Patience);
        Directory.Delete(_directory, recursive: true);
    }

    private ServiceProcess Service(string project, string name, Dictionary<string, string> variables) => new(
        project, name, Path.Combine(_directory, name),
        new Dictionary<string, string>(variables)
        {
            ["ConnectionStrings__wadb"] = _wadb,
            ["ConnectionStrings__redis"] = _redis,
            ["JWT_SECRET"] = "one secret for both gateways, of 32 bytes at least",
            ["DEFAULT_ADMIN_PASS"] = Password,
            ["API_RATE_LIMIT"] = "0",
            ["Logging__LogLevel__Default"] = "Information",
            ["Logging__LogLevel__Microsoft"] = "Warning",
            ["Logging__LogLevel__System"] = "Warning",
            ["Logging__Console__FormatterName"] = "simple",
            ["Logging__Console__FormatterOptions__SingleLine"] = "true",
            ["Logging__Console__FormatterOptions__TimestampFormat"] = "HH:mm:ss.fff ",
        });

    private Dictionary<string, string> HostVariables(string id, ClusterPlan plan) => new()
    {
        ["HOST_ID"] = id,
        ["Hosts__Lease"] = Lease.ToString("c", CultureInfo.InvariantCulture),
        ["MAX_PROCESSES"] = plan.MaxProcesses.ToString(CultureInfo.InvariantCulture),
        ["PROCESS_BASE_PORT"] = "0",
        ["ENGINE"] = "simulator",
        ["ENGINE_PATH"] = SimulatorBinary.Path,
        ["Supervision__EagerStatusInterval"] = "00:00:00.200",
        ["Supervision__StartConcurrency"] = StartsAtOnce.ToString(CultureInfo.InvariantCulture),
        ["SIM_LEDGER"] = Ledger,
        ["SIM_LIVES"] = Path.Combine(_directory, "lives"),
        ["SIM_PAIR_GAP"] = "100",
        // The engine's own two seconds say nothing about the platform.
        ["SIM_AUTO_CONNECT_DELAY"] = "500",
    };

    // The key of the tokens is the same everywhere.
    private HttpClient SignedIn()
    {
        var client = CreateClient();
        client.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse($"{Gateways[0].Client.DefaultRequestHeaders.Authorization}");
        return client;
    }

    private async Task KeepLogsAsync()
    {
        if (Environment.GetEnvironmentVariable("WAPLATFORM_TEST_LOGS") is { Length: > 0 } kept)
        {
            var directory = Directory.CreateDirectory(Path.Combine(kept, Path.GetFileName(_directory))).FullName;
            foreach (var service in Services)
            {
                await File.WriteAllLinesAsync(Path.Combine(directory, $"{service.Name}.log"), service.Lines);
            }

            foreach (var file in new[] { Ledger, Path.Combine(_directory, "lives") }.Where(File.Exists))
            {
                File.Copy(file, Path.Combine(directory, Path.GetFileName(file)));
            }
        }
    }
}
