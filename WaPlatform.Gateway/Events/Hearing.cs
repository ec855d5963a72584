using WaPlatform.Contracts.Events;
using WaPlatform.Gateway.Access;

namespace WaPlatform.Gateway.Events;

/// <summary>What a hub connection hears, and since when.</summary>
/// <param name="Since">Of these rooms it was told all events after this place.</param>
/// <param name="HeldAt">It was told none after that one, because it is about to resume; null = it is told as they come.</param>
internal sealed record Hearing(Rooms Rooms, long Since, long? HeldAt = null)
{
    /// <summary>Nothing any more: it was cut off.</summary>
    public static readonly Hearing Nothing = new(Rooms.Nowhere, 0);

    public bool Wants(Audience audience, DeviceEvent e, DeviceAccess access) =>
        HeldAt is null && e.Place > Since && Rooms.Hear(audience, e.PhoneNumber) && access.Allows(e.PhoneNumber);
}
