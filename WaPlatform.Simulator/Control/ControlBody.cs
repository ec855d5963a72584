using System.Text.Json;
using System.Text.Json.Nodes;
using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Slots;

namespace WaPlatform.Simulator.Control;

/// <summary>The JSON body of a control request; an empty one is {}. Wrong kinds are 400.</summary>
internal sealed class ControlBody(JsonObject members)
{
    public static async Task<ControlBody> ReadAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var bytes = await context.ReadBodyAsync(cancellationToken);
        if (bytes.Length == 0)
        {
            return new ControlBody([]);
        }

        try
        {
            return new ControlBody(JsonNode.Parse(bytes) as JsonObject ?? throw ApiException.BadRequest("the body must be a JSON object"));
        }
        catch (JsonException exception)
        {
            throw ApiException.BadRequest("the body is not JSON: " + exception.Message);
        }
    }

    public JsonObject? Object(string name) => members[name] as JsonObject;

    public string Text(string name, string fallback = "")
    {
        if (members[name] is not { } node)
        {
            return fallback;
        }

        // A number is what people write for a phone.
        return node is JsonValue value && (value.TryGetValue<string>(out var text) || (value.TryGetValue<long>(out var number) && (text = $"{number}").Length > 0))
            ? text
            : throw ApiException.BadRequest($"{name} must be a string");
    }

    public bool Flag(string name, bool fallback) => members[name] switch
    {
        null => fallback,
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
        _ => throw ApiException.BadRequest($"{name} must be true or false"),
    };

    public double? Number(string name) => members[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<double>(out var number) => number,
        _ => throw ApiException.BadRequest($"{name} must be a number"),
    };

    public IReadOnlyList<string> Texts(string name) => members[name] is JsonArray array
        ? [.. array.Select(static item => item?.GetValue<string>() ?? "")]
        : Text(name) is { Length: > 0 } text ? [text] : [];

    /// <summary>The slot named by <c>device_id</c>, the header or the query; else the first one that fits.</summary>
    public Slot Slot(Gowa gowa, RequestContext context, Func<Slot, bool> fits)
    {
        var slots = gowa.Slots.Snapshot;
        var given = Text("device_id");
        given = given.Length > 0 ? given : context.Header("X-Device-Id") is { Length: > 0 } header ? header : context.Query("device_id");
        if (given.Length > 0)
        {
            return slots.FirstOrDefault(slot => slot.Id == given || slot.AdJid == given || slot.Jid == given)
                ?? throw ApiException.BadRequest($"there is no slot {given}");
        }

        return slots.FirstOrDefault(fits) ?? (slots.Count > 0 ? slots[0] : throw ApiException.BadRequest("there is no slot"));
    }
}
