using System.Text;
using System.Text.Json.Nodes;
using WaPlatform.Simulator.Json;

namespace WaPlatform.Simulator.Http;

/// <summary>One whole answer: status, content type, bytes and extra headers.</summary>
internal sealed record Answer(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    public const string JsonType = "application/json; charset=utf-8";
    public const string TextType = "text/plain; charset=utf-8";

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>The answer is not sent at all: the TCP connection ends.</summary>
    public static Answer Abort { get; } = new(0, "", ReadOnlyMemory<byte>.Empty);

    /// <summary>The handler has written to the connection itself (websocket).</summary>
    public static Answer Written { get; } = new(0, "", ReadOnlyMemory<byte>.Empty);

    /// <summary>200 without a <c>results</c> member.</summary>
    public static Answer Success(string message) => Envelope(200, "SUCCESS", message);

    /// <summary>200 with a <c>results</c> member, <c>null</c> included (Go's typed nil).</summary>
    public static Answer Success(string message, JsonNode? results, string code = "SUCCESS") =>
        Json(200, GoJson.Struct(("code", code), ("message", message), ("results", results)));

    /// <summary>An envelope; <paramref name="results"/> is left out when null.</summary>
    public static Answer Envelope(int status, string code, string message, JsonNode? results = null)
    {
        var body = GoJson.Struct(("code", code), ("message", message));
        if (results is not null)
        {
            body["results"] = results;
        }

        return Json(status, body);
    }

    public static Answer Json(int status, JsonNode? body) => new(status, JsonType, GoJson.ToBytes(body));

    public static Answer Text(int status, string text) => new(status, TextType, Encoding.UTF8.GetBytes(text));
}
