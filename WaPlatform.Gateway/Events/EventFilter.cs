using System.Collections.Frozen;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Events;
using WaPlatform.Data.Events;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Events;

/// <summary>Which events somebody wants to hear, and may.</summary>
/// <param name="Devices">Only of these; null = of all, and those without a device.</param>
/// <param name="Types">Patterns of <see cref="EventPattern"/>; empty = all.</param>
internal sealed record EventFilter(FrozenSet<string>? Devices, IReadOnlyList<string> Types)
{
    // Whoever wants more than this wants all.
    private const int MaxNames = 100;

    /// <summary>Reads <c>?device=</c> and <c>?type=</c>, each one name or several with commas.</summary>
    /// <remarks>A device that the caller may not use is not told from one that there is not.</remarks>
    public static EventFilter Read(string? device, string? type, DeviceAccess access, FieldErrors errors)
    {
        string[] devices = Split(device), types = Split(type);
        var numbers = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in devices)
        {
            if (PhoneNumber.TryParse(name, out var number))
            {
                numbers.Add(number.Digits);
            }
        }

        errors.Require(devices.Length <= MaxNames, "device", $"Must be at most {MaxNames}.");
        errors.Require(devices.All(name => PhoneNumber.TryParse(name, out _)), "device", "Must be a phone number, or several with commas.");
        errors.Require(types.Length <= MaxNames, "type", $"Must be at most {MaxNames}.");
        errors.Require(types.All(EventPattern.IsValid), "type", "Must be an event type, the beginning of some with .* (message.*), or several with commas.");
        return new EventFilter(Among(devices.Length == 0 ? null : numbers, access), types.Contains(EventPattern.All) ? [] : types);
    }

    /// <summary>What a hub connection hears.</summary>
    public static EventFilter Of(Rooms rooms, DeviceAccess access) => new(Among(rooms.All ? null : rooms.Devices, access), []);

    public bool Matches(DeviceEvent e) =>
        (Devices is null || (e.PhoneNumber is { } phone && Devices.Contains(phone)))
        && (Types.Count == 0 || Types.Any(pattern => EventPattern.Matches(pattern, e.Type)));

    /// <summary>The next events after a place that match, oldest first.</summary>
    public IQueryable<JournalEvent> After(IQueryable<JournalEvent> events, long place)
    {
        var later = events.After(place, Devices);
        if (Types.Count == 0)
        {
            return later;
        }

        string[] names = [.. Types.Where(pattern => !IsPrefix(pattern))], prefixes = [.. Types.Where(IsPrefix).Select(pattern => pattern[..^1])];
        return later.Where(e => names.Contains(e.Type) || prefixes.Any(prefix => e.Type.StartsWith(prefix)));
    }

    private static bool IsPrefix(string pattern) => pattern.EndsWith('*');

    private static string[] Split(string? names) => (names ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static FrozenSet<string>? Among(IEnumerable<string>? wanted, DeviceAccess access) =>
        wanted is null ? access.Only : wanted.Where(access.Allows).ToFrozenSet(StringComparer.Ordinal);
}
