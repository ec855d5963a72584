using System.Globalization;
using System.Text.Json;

namespace WaPlatform.Contracts.Events;

/// <summary>An event as the API, the hub and webhooks show it (api.md §6).</summary>
/// <param name="Id">Cursor: whoever has seen this event goes on after it. Not to be taken apart.</param>
/// <param name="PhoneNumber">Null for what happened to the platform itself.</param>
/// <param name="Data">What happened; its form depends on the type.</param>
public sealed record EventView(string Id, string? PhoneNumber, long Sequence, string Type, DateTimeOffset At, EventSource Source, JsonElement Data)
{
    private static readonly JsonElement Null = JsonElement.Parse("null");

    public static EventView Of(DeviceEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);

        // An element that was never read from JSON cannot be written either.
        var data = e.Data.ValueKind == JsonValueKind.Undefined ? Null : e.Data;
        return new EventView(EventCursor.Of(e.Place), e.PhoneNumber, e.Sequence, e.Type, e.At, e.Source, data);
    }
}

/// <summary>A place in the journal as clients know it. Later events have greater cursors, also when compared as texts.</summary>
public static class EventCursor
{
    private const string Prefix = "evt_";
    private const string Format = "x14";

    public static string Of(long place) => Prefix + place.ToString(Format, CultureInfo.InvariantCulture);

    public static bool TryParse(string? cursor, out long place)
    {
        place = 0;
        return cursor is not null && cursor.Length == Prefix.Length + 14 && cursor.StartsWith(Prefix, StringComparison.Ordinal)
            && long.TryParse(cursor.AsSpan(Prefix.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out place);
    }
}
