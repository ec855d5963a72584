using System.Text;
using System.Text.Json.Nodes;
using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Slots;

namespace WaPlatform.Simulator.Mcp;

/// <summary>The MCP endpoint: handshake, the list of tools as gowa gives it, and the session tool (gowa contract §4.9). Other tools only say so.</summary>
internal static class McpRoutes
{
    private const string ContentType = "application/json";

    public static void AddMcpRoutes(this RouteTable routes, Gowa gowa)
    {
        if (!gowa.Settings.McpEnabled)
        {
            return;
        }

        routes.Post("/mcp", (context, cancellationToken) => CallAsync(gowa, context, cancellationToken), RouteScope.Authorised);
        routes.Delete("/mcp", static (_, _) => Task.FromResult(new Answer(200, "", ReadOnlyMemory<byte>.Empty)), RouteScope.Authorised);
    }

    private static async Task<Answer> CallAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        JsonObject? request;
        try
        {
            request = JsonNode.Parse(await context.ReadBodyAsync(cancellationToken)) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            request = null;
        }

        if (request?["method"]?.GetValue<string>() is not { } method)
        {
            return Error(null, -32700, "Parse error");
        }

        var id = request["id"]?.DeepClone();
        if (id is null)
        {
            return new Answer(202, "", ReadOnlyMemory<byte>.Empty);
        }

        return method switch
        {
            "initialize" => Result(id, GoJson.Struct(
                ("protocolVersion", request["params"]?["protocolVersion"]?.DeepClone() ?? "2025-06-18"),
                ("capabilities", GoJson.Struct(("tools", GoJson.Struct(("listChanged", true))))),
                ("serverInfo", GoJson.Struct(("name", "WhatsApp Web Multidevice MCP Server"), ("version", gowa.Simulation.Version))))),
            "ping" => Result(id, new JsonObject()),
            "tools/list" => Raw(id, await ReadToolsAsync(cancellationToken)),
            "tools/call" => await CallToolAsync(gowa, context, id, request["params"] as JsonObject ?? [], cancellationToken),
            _ => Error(id, -32601, "Method not found"),
        };
    }

    private static async Task<Answer> CallToolAsync(Gowa gowa, RequestContext context, JsonNode id, JsonObject parameters, CancellationToken cancellationToken)
    {
        var arguments = parameters["arguments"] as JsonObject ?? [];
        var given = arguments["device_id"]?.GetValue<string>() ?? context.Header("X-Device-Id") ?? "";
        var slot = given.Length > 0 ? await gowa.Slots.ResolveAsync(given) : gowa.Slots.Snapshot is [var only] ? only : null;
        if (slot is null)
        {
            return Result(id, Failure("device_id is required"));
        }

        try
        {
            return Result(id, await RunAsync(gowa, slot, parameters["name"]?.GetValue<string>() ?? "", arguments, cancellationToken));
        }
        catch (ApiException exception)
        {
            return Result(id, Failure(exception.Message));
        }
    }

    private static async Task<JsonObject> RunAsync(Gowa gowa, Slot slot, string tool, JsonObject arguments, CancellationToken cancellationToken)
    {
        switch (tool, arguments["action"]?.GetValue<string>())
        {
            case ("whatsapp_app", "status"):
                await slot.WaitForClientAsync();
                return Success(
                    $"connected={Lower(slot.Connected)} logged_in={Lower(slot.LoggedIn)}",
                    GoJson.Map(("device_id", slot.Id), ("is_connected", slot.IsConnected), ("is_logged_in", slot.LoggedIn)));
            case ("whatsapp_app", "login_qr"):
                var file = await gowa.Desk.ShowQrAsync(slot, cancellationToken);
                var image = Convert.ToBase64String(await File.ReadAllBytesAsync(file, cancellationToken));
                var shown = Success("Scan the QR code", GoJson.Map(("device_id", slot.Id), ("expires_in", 0), ("image_path", file)));
                (shown["content"] as JsonArray)!.Add((JsonNode)GoJson.Struct(("type", "image"), ("data", image), ("mimeType", "image/png")));
                return shown;
            case ("whatsapp_app", "login_code"):
                var code = await gowa.Desk.MakeCodeAsync(slot, arguments["phone"]?.GetValue<string>() ?? "", cancellationToken);
                return Success($"Pair code: {code}", GoJson.Map(("device_id", slot.Id), ("pair_code", code)));
            default:
                return Failure("the simulator does not run this tool");
        }
    }

    private static string Lower(bool value) => value ? "true" : "false";

    private static JsonObject Success(string text, JsonObject structured) => GoJson.Struct(
        ("content", new JsonArray(GoJson.Struct(("type", "text"), ("text", text)))), ("structuredContent", structured));

    private static JsonObject Failure(string text) => GoJson.Struct(
        ("content", new JsonArray(GoJson.Struct(("type", "text"), ("text", text)))), ("isError", true));

    private static Answer Result(JsonNode id, JsonNode result) =>
        Line(GoJson.ToText(GoJson.Struct(("jsonrpc", "2.0"), ("id", id), ("result", result))));

    private static Answer Raw(JsonNode id, string result) => Line($"{{\"jsonrpc\":\"2.0\",\"id\":{GoJson.ToText(id)},\"result\":{result}}}");

    private static Answer Error(JsonNode? id, int code, string message) => Line(GoJson.ToText(GoJson.Struct(
        ("jsonrpc", "2.0"), ("id", id), ("error", GoJson.Struct(("code", code), ("message", message))))));

    private static Answer Line(string text) => new(200, ContentType, Encoding.UTF8.GetBytes(text + "\n"));

    private static async Task<string> ReadToolsAsync(CancellationToken cancellationToken)
    {
        await using var stream = typeof(McpRoutes).Assembly.GetManifestResourceStream("mcp-tools.json")!;
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(cancellationToken);
    }
}
