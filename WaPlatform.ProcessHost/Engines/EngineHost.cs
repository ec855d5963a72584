using Microsoft.Extensions.Options;
using WaPlatform.Data.Devices;
using WaPlatform.ProcessHost.Devices;
using WaPlatform.ProcessHost.Hosts;
using WaPlatform.ProcessHost.Mirror;
using WaPlatform.ProcessHost.Processes;
using WaPlatform.ProcessHost.Sessions;
using WaPlatform.ServiceDefaults;
using WaPlatform.ServiceDefaults.Secrets;

namespace WaPlatform.ProcessHost.Engines;

/// <summary>What this host offers every engine that runs on it: its name, ports, room, a turn to start, places for files.</summary>
internal sealed class EngineHost(
    IConfiguration configuration, HostMembership membership, EngineInstallation installation, IOptions<EngineOptions> engine, IOptions<SupervisionOptions> supervision,
    PortPool ports, SpawnThread spawn, EngineCallbackServer callbacks, HostAddress address, SessionStore sessions, DataDirectory data, StoredSecrets secrets, TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _devices = [];

    /// <summary>Unique in the cluster; <c>HOST_ID</c>, else the machine's name, with a number where that has several hosts.</summary>
    public string Id => membership.Id;

    /// <summary>Writes rows only as long as this run of the host has its lease.</summary>
    public Guid Run => membership.Run;

    /// <summary>Whether other hosts may take what this one has no lease for.</summary>
    public bool IsOneOfMany => membership.IsOneOfMany;

    public EngineInstallation Installation => installation;

    public EngineOptions Engine => engine.Value;

    public SupervisionOptions Supervision => supervision.Value;

    public PortPool Ports => ports;

    public SpawnThread Spawn => spawn;

    public EngineCallbackServer Callbacks => callbacks;

    public TimeProvider TimeProvider => timeProvider;

    /// <summary>The host's own <c>SIM_*</c> variables, which it passes on to simulators (api.md §10).</summary>
    public IReadOnlyDictionary<string, string> SimulatorVariables => configuration.AsEnumerable()
        .Where(entry => entry.Value is not null && entry.Key.StartsWith("SIM_", StringComparison.Ordinal))
        .ToDictionary(entry => entry.Key, entry => entry.Value!);

    /// <summary>Starts that may be under way at once: more would make each other miss their time.</summary>
    public int StartsAtOnce { get; } = StartsOf(supervision.Value);

    /// <summary>A turn for each of <see cref="StartsAtOnce"/>.</summary>
    public SemaphoreSlim StartTurns { get; } = new(StartsOf(supervision.Value));

    /// <summary>Takes one of <see cref="EngineOptions.MaxProcesses"/> places for a device; true if it has one now.</summary>
    public bool TryReserve(string phoneNumber)
    {
        lock (_lock)
        {
            return _devices.Contains(phoneNumber) || (_devices.Count < Engine.MaxProcesses && _devices.Add(phoneNumber));
        }
    }

    public void Release(string phoneNumber)
    {
        lock (_lock)
        {
            _devices.Remove(phoneNumber);
        }
    }

    /// <summary>Where gateways of other processes reach the engine of a device; null until this host listens.</summary>
    public Uri? ForwarderFor(string phoneNumber) => address.Url is { } url ? new Uri(url, $"engines/{phoneNumber}/") : null;

    public SessionStore Sessions => sessions;

    /// <summary>The proxy of a device in the clear; null if it has none.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The keys are not those that protected it.</exception>
    public string? ProxyOf(Device device) => device.Proxy is { } stored ? secrets.Reveal(stored) : null;

    /// <summary>The working directory of a device's engine, which may not be there yet.</summary>
    public WorkingDirectory HomeOf(string phoneNumber) => new(data.File("sessions", phoneNumber));

    public RunFile RunFile(string phoneNumber) => new(Path.Combine(data.Subdirectory("run"), $"{phoneNumber}.json"));

    public string LogFile(string phoneNumber) => Path.Combine(data.Subdirectory("logs"), $"{phoneNumber}.log");

    private static int StartsOf(SupervisionOptions options) => options.StartConcurrency > 0 ? options.StartConcurrency : Environment.ProcessorCount;

    /// <summary>Deletes session, files and logs of a device whose engine has ended.</summary>
    /// <exception cref="SessionStoreException">The session could not be deleted; nothing else was.</exception>
    public async Task EraseAsync(string phoneNumber)
    {
        await sessions.EraseAsync(phoneNumber, CancellationToken.None);
        foreach (var log in Directory.EnumerateFiles(data.Subdirectory("logs"), $"{phoneNumber}.log*"))
        {
            File.Delete(log);
        }
    }
}
