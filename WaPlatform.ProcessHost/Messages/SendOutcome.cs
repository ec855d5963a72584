using WaPlatform.ProcessHost.Engines;
using WaPlatform.ServiceDefaults.Engines;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>What became of one attempt to send.</summary>
internal enum SendClass
{
    Sent,

    /// <summary>The same request will never succeed.</summary>
    Permanent,

    /// <summary>Not sent; may succeed later.</summary>
    Transient,

    /// <summary>Nobody knows whether WhatsApp got it.</summary>
    Unknown,
}

/// <summary>Decides from the engine's answer, or from the way in which there was none (gowa contract §4.1, §4.5).</summary>
internal sealed record SendOutcome(SendClass Class, string? WhatsappMessageId, string? ErrorCode, string? ErrorDetail)
{
    private const int MaxIdLength = 64;

    public static SendOutcome From(EngineAnswer answer) => answer switch
    {
        { IsSuccess: true } when answer.Text("message_id") is { Length: > 0 and <= MaxIdLength } id => new(SendClass.Sent, id, null, null),
        { IsSuccess: true } => new(SendClass.Unknown, null, "ENGINE_ERROR", "The engine said that it sent the message, but not its id."),

        // The engine checks these before it sends anything.
        { Code: "AUTHENTICATION_ERROR" or "INVALID_WA_CLI" or "DEVICE_ID_REQUIRED" or "DEVICE_NOT_FOUND" or "DEVICE_MANAGER_UNAVAILABLE" } => Failed(SendClass.Transient, answer),
        { HttpStatus: 429 } => Failed(SendClass.Transient, answer),
        { HttpStatus: 400 or 413 or 404 or 405 or 415 } => Failed(SendClass.Permanent, answer),
        { HttpStatus: 408 or 504 } => Failed(SendClass.Unknown, answer),
        // Everything else has this code, time-outs of WhatsApp's acknowledgement included. Only what fails before sending is known not to be sent.
        { Code: "INTERNAL_SERVER_ERROR", Message: var text } when FailedBeforeSending(text) => Failed(SendClass.Permanent, answer),
        { HttpStatus: >= 500 } => Failed(SendClass.Unknown, answer),
        _ => Failed(SendClass.Permanent, answer),
    };

    public static SendOutcome From(Exception failure) => EngineConnections.NeverReached(failure)
        ? new(SendClass.Transient, null, "ENGINE_UNAVAILABLE", "The engine could not be reached.")
        : new(SendClass.Unknown, null, failure is TimeoutException ? "ENGINE_TIMEOUT" : "ENGINE_ERROR", "The connection to the engine ended before it answered.");

    private static bool FailedBeforeSending(string text) =>
        text.StartsWith("bind ", StringComparison.Ordinal) || text == "Unprocessable Entity" || text.Contains("JID", StringComparison.OrdinalIgnoreCase);

    private static SendOutcome Failed(SendClass kind, EngineAnswer answer) => new(kind, null, Cut(answer.Code ?? "ENGINE_ERROR", 64), Cut(answer.Message, 500));

    // PostgreSQL takes no NUL, and a broken engine may say anything.
    private static string Cut(string text, int length) => (text.Length <= length ? text : text[..length]).Replace("\0", "", StringComparison.Ordinal);
}
