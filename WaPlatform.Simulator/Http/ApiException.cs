using System.Text.Json.Nodes;

namespace WaPlatform.Simulator.Http;

/// <summary>A refusal that leaves as gowa's error envelope (gowa contract §4.1). Anything else thrown becomes 500 INTERNAL_SERVER_ERROR with its message.</summary>
internal sealed class ApiException(int status, string code, string message, JsonNode? results = null) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public JsonNode? Results { get; } = results;

    public static ApiException Validation(string message) => new(400, "VALIDATION_ERROR", message);

    public static ApiException BadRequest(string message) => new(400, "BAD_REQUEST", message);

    public static ApiException InvalidJid(string message) => new(400, "INVALID_JID", message);

    public static ApiException Internal(string message) => new(500, "INTERNAL_SERVER_ERROR", message);

    public static ApiException Authentication(string message) => new(401, "AUTHENTICATION_ERROR", message);

    public static ApiException InvalidClient() => new(500, "INVALID_WA_CLI", "your WhatsApp CLI is invalid or empty");

    public static ApiException NotConnected() => Authentication("you are not connect to services server, please reconnect");

    public static ApiException NotLoggedIn() => Authentication("you are not logged in");
}
