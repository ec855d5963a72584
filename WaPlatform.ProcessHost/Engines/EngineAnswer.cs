using System.Text.Json;

namespace WaPlatform.ProcessHost.Engines;

/// <summary>The engine's envelope (gowa contract §4.1). Plain-text errors of its web framework have no code.</summary>
internal sealed record EngineAnswer(int HttpStatus, string? Code, string Message, JsonElement Results)
{
    private const int MaxText = 500;

    public bool IsSuccess => HttpStatus == 200 && Code == "SUCCESS";

    public static EngineAnswer Parse(int httpStatus, ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            var root = JsonElement.ParseValue(ref reader);
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.String)
            {
                var message = root.TryGetProperty("message", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";
                return new EngineAnswer(httpStatus, code.GetString(), Cut(message), root.TryGetProperty("results", out var results) ? results : default);
            }
        }
        catch (JsonException) when (httpStatus >= 400)
        {
            return new EngineAnswer(httpStatus, null, Cut(System.Text.Encoding.UTF8.GetString(body[..Math.Min(body.Length, MaxText)])), default);
        }
        catch (JsonException exception)
        {
            throw new EngineGarbageException("The engine's answer is not JSON.", exception);
        }

        throw new EngineGarbageException("The engine's answer has no code.");
    }

    /// <summary>This answer, if it is a success; else what it was is thrown.</summary>
    public EngineAnswer Success() => IsSuccess ? this : throw new EngineGarbageException($"The engine answered {HttpStatus} {Code}: {Message}");

    /// <summary>A string member of the results, or null.</summary>
    public string? Text(string name) =>
        Results.ValueKind == JsonValueKind.Object && Results.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Cut(string text) => text.Length <= MaxText ? text : text[..MaxText];
}

/// <summary>One entry of GET /devices.</summary>
internal sealed record EngineSlot(string Id, string? Jid)
{
    public static List<EngineSlot> ParseList(JsonElement results) => results.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => [],
        JsonValueKind.Array => [.. results.EnumerateArray().Select(Parse)],
        _ => throw new EngineGarbageException("/devices is not a list."),
    };

    public static EngineSlot Parse(JsonElement slot) =>
        Text(slot, "id") is { } id
            ? new EngineSlot(id, Text(slot, "jid") is { } jid ? BareJid(jid) : null)
            : throw new EngineGarbageException("A device without an id.");

    /// <summary>A member that is a string and not empty.</summary>
    public static string? Text(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    /// <summary><c>62…:12@s.whatsapp.net</c> names one linked device of the account <c>62…@s.whatsapp.net</c>.</summary>
    public static string BareJid(string jid)
    {
        var colon = jid.IndexOf(':', StringComparison.Ordinal);
        var at = jid.IndexOf('@', StringComparison.Ordinal);
        return colon >= 0 && at > colon ? string.Concat(jid.AsSpan(0, colon), jid.AsSpan(at)) : jid;
    }
}

/// <summary>Results of GET /app/status. Logged in alone means little: the flag stays while the network is down (contract §4.4).</summary>
internal sealed record EngineStatus(bool IsConnected, bool IsLoggedIn, string? Jid)
{
    public static EngineStatus Parse(JsonElement results) =>
        results.ValueKind == JsonValueKind.Object
        && results.TryGetProperty("is_connected", out var connected) && connected.ValueKind is JsonValueKind.True or JsonValueKind.False
        && results.TryGetProperty("is_logged_in", out var loggedIn) && loggedIn.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? new EngineStatus(
                connected.GetBoolean(),
                loggedIn.GetBoolean(),
                EngineSlot.Text(results, "jid") is { } jid ? EngineSlot.BareJid(jid) : null)
            : throw new EngineGarbageException("/app/status has no flags.");
}
