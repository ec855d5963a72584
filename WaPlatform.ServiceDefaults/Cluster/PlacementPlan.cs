namespace WaPlatform.ServiceDefaults.Cluster;

/// <summary>What a host has to carry.</summary>
/// <param name="Devices">That want to run and are placed here.</param>
/// <param name="Draining">Nothing new comes here.</param>
public sealed record HostLoad(string Id, int MaxProcesses, int Devices, bool Draining)
{
    public bool HasRoom => Devices < MaxProcesses;

    /// <summary>How full the host would be with some devices more.</summary>
    public double Filled(int more) => (double)(Devices + more) / MaxProcesses;
}

/// <summary>A device that runs, and where.</summary>
public sealed record PlacedDevice(string PhoneNumber, string Host, bool IsPairing);

public sealed record PlannedMove(string PhoneNumber, string From, string To);

/// <summary>Decides where devices run (architecture §3): the emptiest host that takes any.</summary>
public static class PlacementPlan
{
    // A number that moves is away from WhatsApp for some seconds: not for less than this.
    private const int WorthMoving = 2;

    /// <summary>The host for a device: the one that it has, if that may keep it, else the emptiest. Null if no host takes any.</summary>
    public static string? Choose(IReadOnlyCollection<HostLoad> hosts, string? current) =>
        hosts.Any(host => host.Id == current && !host.Draining) ? current : Emptiest(hosts)?.Id;

    /// <summary>The emptiest host with room, other than one; null if there is none.</summary>
    public static string? ChooseOther(IReadOnlyCollection<HostLoad> hosts, string not) =>
        Emptiest(hosts.Where(host => host.Id != not && host.HasRoom))?.Id;

    /// <summary>What to move now: away from draining hosts as far as the others have room, then from the fullest to the emptiest.</summary>
    /// <param name="devices">Those that are up on a living host.</param>
    /// <param name="max">At most so many.</param>
    public static IReadOnlyList<PlannedMove> Moves(IReadOnlyCollection<HostLoad> hosts, IReadOnlyCollection<PlacedDevice> devices, int max)
    {
        var loads = hosts.ToDictionary(host => host.Id);
        var moves = new List<PlannedMove>();
        foreach (var device in devices.Where(device => loads.TryGetValue(device.Host, out var host) && host.Draining).OrderBy(device => device.PhoneNumber, StringComparer.Ordinal))
        {
            if (moves.Count < max && ChooseOther(loads.Values, device.Host) is { } target)
            {
                Move(device, target);
            }
        }

        // A person is scanning a code: that one stays.
        var movable = devices.Where(device => !device.IsPairing).OrderBy(device => device.PhoneNumber, StringComparer.Ordinal).ToList();
        while (moves.Count < max && Fullest(loads.Values) is { } from && Emptiest(loads.Values) is { } to && IsWorthIt(from, to)
            && movable.Find(device => device.Host == from.Id && moves.TrueForAll(move => move.PhoneNumber != device.PhoneNumber)) is { } device)
        {
            Move(device, to.Id);
        }

        return moves;

        void Move(PlacedDevice device, string target)
        {
            moves.Add(new PlannedMove(device.PhoneNumber, device.Host, target));
            loads[device.Host] = loads[device.Host] with { Devices = loads[device.Host].Devices - 1 };
            loads[target] = loads[target] with { Devices = loads[target].Devices + 1 };
        }
    }

    private static bool IsWorthIt(HostLoad from, HostLoad to) =>
        from.Devices - to.Devices > WorthMoving && to.HasRoom && from.Filled(-1) >= to.Filled(+1);

    private static HostLoad? Fullest(IEnumerable<HostLoad> hosts) =>
        hosts.Where(host => !host.Draining).OrderByDescending(host => host.Filled(0)).ThenBy(host => host.Id, StringComparer.Ordinal).FirstOrDefault();

    private static HostLoad? Emptiest(IEnumerable<HostLoad> hosts) =>
        hosts.Where(host => !host.Draining).OrderBy(host => host.HasRoom ? host.Filled(+1) : double.MaxValue).ThenBy(host => host.Id, StringComparer.Ordinal).FirstOrDefault();
}
