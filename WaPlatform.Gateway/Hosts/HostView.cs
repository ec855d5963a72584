using System.Text.Json.Serialization;
using WaPlatform.Contracts;

namespace WaPlatform.Gateway.Hosts;

internal sealed record HostsView(IReadOnlyList<HostView> Items);

/// <summary>A host of the cluster.</summary>
/// <param name="Id">Its name; stays the same over restarts.</param>
/// <param name="Machine">Name of the machine that it runs on.</param>
/// <param name="Pid">Of the host's own process, there.</param>
/// <param name="Address">Where gateways reach it; null until it listens.</param>
/// <param name="Version">Of the platform that it runs.</param>
/// <param name="Engine">What it runs for its devices: gowa or simulator.</param>
/// <param name="StartedAt">When it joined the cluster.</param>
/// <param name="LeaseUntil">Until then nobody else takes its devices; renewed as long as the host lives. By the database's clock.</param>
/// <param name="MaxProcesses">How many devices it may run.</param>
internal sealed record HostView(
    string Id,
    HostState State,
    string Machine,
    int Pid,
    string? Address,
    string Version,
    string Engine,
    DateTimeOffset StartedAt,
    DateTimeOffset LeaseUntil,
    HostDevicesView Devices,
    int MaxProcesses)
{
    public static HostView From(Data.Hosts.Host host, DateTimeOffset now, HostDevicesView devices) => new(
        host.Id,
        host.LeaseUntil <= now ? HostState.Lost : host.Draining ? HostState.Draining : HostState.Alive,
        host.Machine, host.Pid, host.Address, host.Version, host.Engine, host.StartedAt, host.LeaseUntil, devices, host.MaxProcesses);
}

/// <summary>The devices that a host owns.</summary>
/// <param name="Running">Those that are to run.</param>
internal sealed record HostDevicesView(int Running, int Total);

[JsonConverter(typeof(SnakeCaseEnumConverter<HostState>))]
internal enum HostState
{
    Alive,

    /// <summary>Alive; its devices are to go elsewhere.</summary>
    Draining,

    /// <summary>Its lease has run out.</summary>
    Lost,
}
