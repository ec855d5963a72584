namespace WaPlatform.Tests.Simulator.OpenApi;

/// <summary>
/// Where gowa's description is wrong about gowa (gowa contract §4.11). <see cref="Instead"/> replaces the schema at the place;
/// null leaves the member unchecked.
/// </summary>
internal sealed record Correction(string Operation, string Path, Schema? Instead, string Reason)
{
    private static readonly Schema Text = new() { Type = "string" };
    private static readonly Schema Statuses = Array(("participant", "string"), ("status", "string"), ("message", "string"));

    public static readonly Correction[] All =
    [
        new("GET /app/login", "/results/device_id", Text, "The slot is named in the answer."),
        new("GET /app/login-with-code", "/results/device_id", Text, "The slot is named in the answer."),
        new("GET /app/logout", "/results", Object(("device_id", "string")), "The slot is named in the answer."),
        new("GET /app/reconnect", "/results", Object(("device_id", "string")), "The slot is named in the answer."),
        new("POST /app/passkey/response", "/results", Object(("device_id", "string")), "The slot is named in the answer."),
        new("POST /app/passkey/confirm", "/results", Object(("device_id", "string")), "The slot is named in the answer."),
        new("GET /user/info", "/results", Object(("data", "array"), ("resolved_phone", "string"), ("resolved_lid", "string")), "Documented flat; real is a list under data."),
        new("GET /user/info", "/results/data", null, "Follows from the line above; AD is a text there."),
        new("POST /group/join-with-link", "/results", Object(("group_id", "string")), "Documented without results."),
        new("POST /group/participant-requests/approve", "/results", Statuses, "Documented without results."),
        new("POST /group/participant-requests/reject", "/results", Statuses, "Documented without results."),
        new("GET /group/info-from-link", "/results/description", Text, "The topic comes twice."),
        new("GET /chatwoot/sync/status", "/results/failed_chats", new Schema { Type = "integer" }, "Counted like failed_messages."),
        new("GET /user/my/newsletters", "/results/data[]/thread_metadata/description", null, "A text with id and time, like the name."),
        new("POST /message/{message_id}/delete", "/results", null, "Only the message says that it is done."),
    ];

    public static Correction? At(Operation operation, string path) =>
        All.FirstOrDefault(correction => correction.Operation == operation.Name && correction.Path == path);

    private static Schema Object(params (string Name, string Type)[] members) =>
        new() { Type = "object", Properties = members.ToDictionary(member => member.Name, member => new Schema { Type = member.Type, Items = new Schema() }) };

    private static Schema Array(params (string Name, string Type)[] members) => new() { Type = "array", Items = Object(members) };
}
