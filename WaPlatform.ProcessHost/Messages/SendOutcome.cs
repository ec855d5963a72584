using WaPlatform.Contracts.Engines;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.ServiceDefaults.Engines;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>What became of one attempt to send.</summary>
internal enum SendClass
{
    Sent,

    /// <summary>The same request will never succeed.</summary>
    Permanent,

    /// <summary>Not sent; this message may succeed later.</summary>
    Transient,

    /// <summary>Not sent, and nothing else of this number would be now.</summary>
    Unavailable,

    /// <summary>Not sent: WhatsApp lets the number write to no stranger for some time (error 463).</summary>
    Timelock,

    /// <summary>The engine went away or broke off before it answered. If its chat storage has no trace of the message, it was not sent.</summary>
    Unknown,

    /// <summary>The engine itself does not know: WhatsApp did not acknowledge the message. Its chat storage proves only what it has.</summary>
    Unacknowledged,
}

/// <summary>Decides from the engine's answer, or from the way in which there was none (gowa contract §4.1, §4.5).</summary>
internal sealed record SendOutcome(SendClass Class, string? WhatsappMessageId, string? ErrorCode, string? ErrorDetail)
{
    private const int MaxIdLength = 64;

    public static SendOutcome From(EngineAnswer answer) => answer switch
    {
        { IsSuccess: true } when answer.Text("message_id") is { Length: > 0 and <= MaxIdLength } id => new(SendClass.Sent, id, null, null),
        { IsSuccess: true } => new(SendClass.Unacknowledged, null, "ENGINE_ERROR", "The engine said that it sent the message, but not its id."),

        // The engine checks these before it sends anything.
        { Code: "AUTHENTICATION_ERROR" or "INVALID_WA_CLI" or "DEVICE_ID_REQUIRED" or "DEVICE_NOT_FOUND" or "DEVICE_MANAGER_UNAVAILABLE" } => Failed(SendClass.Unavailable, answer),
        { Code: EngineCodes.ReachoutTimelock } => Failed(SendClass.Timelock, answer),
        { HttpStatus: 401 or 429 } => Failed(SendClass.Unavailable, answer),
        { HttpStatus: 408 or 504 } => Failed(SendClass.Unacknowledged, answer),
        { HttpStatus: >= 400 and < 500 } => Failed(SendClass.Permanent, answer),
        { Code: "UPLOAD_MEDIA_ERROR" } => Failed(SendClass.Transient, answer),
        { HttpStatus: >= 500, Message: var text } => Failed(ClassOf(text), answer),
        _ => Failed(SendClass.Permanent, answer),
    };

    public static SendOutcome From(Exception failure) => EngineConnections.NeverReached(failure)
        ? NotReached("The engine could not be reached.")
        : failure is TimeoutException
            ? new(SendClass.Unacknowledged, null, "ENGINE_TIMEOUT", "The engine did not answer in time.")
            : new(SendClass.Unknown, null, "ENGINE_ERROR", "The connection to the engine ended before it answered.");

    public static SendOutcome NotReached(string detail) => new(SendClass.Unavailable, null, "ENGINE_UNAVAILABLE", detail);

    // Everything else has the code INTERNAL_SERVER_ERROR; only the text tells what it was.
    private static SendClass ClassOf(string text) => text switch
    {
        _ when Begins(text, "bind ") || text == "Unprocessable Entity" || Has(text, "ffmpeg not installed") || Has(text, "unknown server") => SendClass.Permanent,

        // WhatsApp's own answer to the message: it has not taken it.
        _ when Has(text, "server returned error") => SendClass.Transient,
        _ when Has(text, "websocket not connected") => SendClass.Unavailable,
        _ when Has(text, "JID") => SendClass.Permanent,
        _ => SendClass.Unacknowledged,
    };

    private static bool Begins(string text, string with) => text.StartsWith(with, StringComparison.Ordinal);

    private static bool Has(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static SendOutcome Failed(SendClass kind, EngineAnswer answer) => new(kind, null, Cut(answer.Code ?? "ENGINE_ERROR", 64), Cut(answer.Message, 500));

    // PostgreSQL takes no NUL, and a broken engine may say anything.
    private static string Cut(string text, int length) => (text.Length <= length ? text : text[..length]).Replace("\0", "", StringComparison.Ordinal);
}
