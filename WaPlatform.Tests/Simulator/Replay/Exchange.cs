using System.Text.Json;

namespace WaPlatform.Tests.Simulator.Replay;

/// <summary>One request of the real binary's recording, with the answer it gave.</summary>
internal sealed record Exchange(int Index, string Run, string Name, RecordedRequest Request, RecordedResponse Response, RecordedFrame[] Frames)
{
    private static readonly string Path = System.IO.Path.Combine(AppContext.BaseDirectory, "Simulator", "Recorded", "recorded.json");

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public static IReadOnlyList<Exchange> All { get; } = Load();

    /// <summary>True for exchanges that began a websocket or tried to.</summary>
    public bool IsHandshake => Request.Headers.ContainsKey("Upgrade");

    /// <summary>The name without the set-up before the bar.</summary>
    public string Step => Name[(Name.IndexOf('|', StringComparison.Ordinal) + 2)..];

    public override string ToString() => $"{Index} {Name} ({Request.Method} {Request.Path})";

    private static List<Exchange> Load()
    {
        using var file = File.OpenRead(Path);
        using var json = JsonDocument.Parse(file);

        return [.. json.RootElement.EnumerateArray().Select(From)];
    }

    private static Exchange From(JsonElement entry, int index)
    {
        var request = entry.GetProperty("request").Deserialize<RecordedRequest>(Web)!;
        var response = entry.GetProperty("response").Deserialize<RecordedResponse>(Web)!;
        var frames = entry.TryGetProperty("frames", out var list) ? list.EnumerateArray().Select(RecordedFrame.From).ToArray() : [];

        return new Exchange(index, entry.GetProperty("run").ToString(), entry.GetProperty("name").GetString()!, request, response, frames);
    }
}

internal sealed record RecordedRequest(string Method, string Path, Dictionary<string, string> Headers, JsonElement? Body);

internal sealed record RecordedResponse(int? Status, Dictionary<string, string>? Headers, string? Body);

/// <summary>What a socket got after a step; several frames for one step are all in order.</summary>
internal sealed record RecordedFrame(string Step, SocketEvent[] Events)
{
    // ["step", ["text", "…"]] or ["step", [["text", "…"], ["text", "…"]]].
    public static RecordedFrame From(JsonElement frame) =>
        new(frame[0].GetString()!, frame[1][0].ValueKind == JsonValueKind.Array ? [.. frame[1].EnumerateArray().Select(Event)] : [Event(frame[1])]);

    private static SocketEvent Event(JsonElement pair) => new(pair[0].GetString()!, pair[1].GetString()!);
}
