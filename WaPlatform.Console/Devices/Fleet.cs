using WaPlatform.Console.Live;

namespace WaPlatform.Console.Devices;

/// <summary>The devices as they are known now, and what of them is looked at.</summary>
public sealed class Fleet
{
    private readonly SortedDictionary<string, Device> _devices = new(StringComparer.Ordinal);
    private List<Device>? _shown;

    /// <summary>Only states of this name; <see cref="NeedsAttention"/> is one, too. Null = all.</summary>
    public string? State { get; private set; }

    public string? Reason { get; private set; }

    public string? Search { get; private set; }

    public const string NeedsAttention = "attention";

    public int Total => _devices.Count;

    public int Waiting => _devices.Values.Sum(device => device.Queue.Waiting);

    public bool AnySimulated => _devices.Values.Any(device => device.Process?.Engine == "simulator");

    /// <summary>Those that pass search and filters, by number.</summary>
    public List<Device> Shown => _shown ??= [.. _devices.Values.Where(device => Matches(device, Search) && InState(device, State) && (Reason is null || device.Reason == Reason))];

    /// <summary>How many are in each state, of those that the search finds.</summary>
    public IReadOnlyDictionary<string, int> CountByState() =>
        _devices.Values.Where(device => Matches(device, Search)).CountBy(device => device.State).ToDictionary();

    /// <summary>How many give each reason, of those that are in the chosen state.</summary>
    public IReadOnlyDictionary<string, int> CountByReason() => _devices.Values
        .Where(device => device.Reason is not null && Matches(device, Search) && InState(device, State)).CountBy(device => device.Reason!).ToDictionary();

    public int CountAttention() => _devices.Values.Count(device => Matches(device, Search) && Attention.IsNeeded(device));

    public void Replace(IEnumerable<Device> devices)
    {
        var before = _devices.ToDictionary();
        _devices.Clear();
        foreach (var device in devices)
        {
            // News that came while the list was on its way are newer than it.
            _devices[device.PhoneNumber] = before.TryGetValue(device.PhoneNumber, out var known) && known.Since > device.Since
                ? device with { State = known.State, Reason = known.Reason, Since = known.Since, Advice = known.Advice }
                : device;
        }

        _shown = null;
    }

    public void Put(Device device)
    {
        _devices[device.PhoneNumber] = device;
        _shown = null;
    }

    /// <returns>False if the device is not known yet.</returns>
    public bool Apply(DeviceChange change)
    {
        if (!_devices.TryGetValue(change.PhoneNumber, out var device))
        {
            return false;
        }

        // News that are older than what was read since.
        if (change.Since < device.Since)
        {
            return true;
        }

        Put(device with { State = change.State, Reason = change.Reason, Since = change.Since, Advice = change.Reason == device.Reason ? device.Advice : null });
        return true;
    }

    public void Look(string? state, string? reason, string? search)
    {
        (State, Reason, Search) = (state, reason, string.IsNullOrWhiteSpace(search) ? null : search.Trim());
        _shown = null;
    }

    private static bool InState(Device device, string? state) => state switch
    {
        null => true,
        NeedsAttention => Attention.IsNeeded(device),
        _ => device.State == state,
    };

    private static bool Matches(Device device, string? search) =>
        search is null
        || device.PhoneNumber.Contains(search.TrimStart('+'), StringComparison.Ordinal)
        || device.Name?.Contains(search, StringComparison.OrdinalIgnoreCase) == true
        || device.Process?.Host?.Contains(search, StringComparison.OrdinalIgnoreCase) == true;
}
