using System.Collections.Immutable;
using WaPlatform.Contracts.Devices;

namespace WaPlatform.Gateway.Events;

/// <summary>The rooms that one connection is in: <c>all</c>, and one of each device (<c>device-{phone}</c>).</summary>
internal sealed record Rooms(bool All, ImmutableHashSet<string> Devices)
{
    public const string AllRoom = "all";

    private const string DevicePrefix = "device-";

    // Whoever wants more than this wants all.
    private const int MaxDevices = 1000;

    public static readonly Rooms Nowhere = new(false, []);
    public static readonly Rooms Everywhere = new(true, []);

    /// <param name="query">The connection's <c>?rooms=</c>; null when there is none.</param>
    /// <returns>Null if one of the names is not a room.</returns>
    public static Rooms? FromQuery(string? query)
    {
        if (query is null)
        {
            return Everywhere;
        }

        var rooms = Nowhere;
        foreach (var name in query.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (rooms.With(name) is not { } more)
            {
                return null;
            }

            rooms = more;
        }

        return rooms;
    }

    /// <returns>Null if that is not a room, or one too many.</returns>
    public Rooms? With(string? name)
    {
        if (name == AllRoom)
        {
            return this with { All = true };
        }

        return TryReadDevice(name, out var phone) && Devices.Count < MaxDevices ? this with { Devices = Devices.Add(phone) } : null;
    }

    /// <returns>Null if that is not a room.</returns>
    public Rooms? Without(string? name)
    {
        if (name == AllRoom)
        {
            return this with { All = false };
        }

        return TryReadDevice(name, out var phone) ? this with { Devices = Devices.Remove(phone) } : null;
    }

    public bool Hear(Audience audience, string? phoneNumber) => audience switch
    {
        Audience.All => All,
        Audience.Device => (phoneNumber is not null && Devices.Contains(phoneNumber)),
        _ => All || (phoneNumber is not null && Devices.Contains(phoneNumber)),
    };

    private static bool TryReadDevice(string? name, out string phoneNumber)
    {
        phoneNumber = "";
        if (name is null || !name.StartsWith(DevicePrefix, StringComparison.Ordinal) || !PhoneNumber.TryParse(name[DevicePrefix.Length..], out var phone))
        {
            return false;
        }

        phoneNumber = phone.Digits;
        return true;
    }
}
