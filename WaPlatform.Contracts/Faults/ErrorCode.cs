using System.Collections.Frozen;

namespace WaPlatform.Contracts.Faults;

/// <summary>The stable codes of the public API (written in upper snake case).</summary>
public enum ErrorCode
{
    ValidationFailed,
    Unauthenticated,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    UnsupportedMediaType,
    DeviceNotFound,
    MessageNotFound,
    DeviceAlreadyRegistered,
    IdempotencyConflict,
    MessageStateConflict,
    DeviceNotRunning,
    DeviceNotPaired,
    AlreadyPaired,
    PayloadTooLarge,
    RateLimited,
    EngineError,
    EngineUnavailable,
    EngineTimeout,
    CapacityExhausted,
    StorageUnavailable,
    InternalError,
    HostNotFound,
    HostLost,
    WebhookNotFound,
    DeliveryNotFound,
    WebhooksUnavailable,
    UserNotFound,
    UserAlreadyExists,
    LastAdministrator,
    KeyNotFound,
    EngineUnmanaged,
    ReleaseNotFound,
    ReleaseFeedUnavailable,
    RolloutConflict,
    BackupNotFound,
    BackupBusy,
    BackupCorrupt,
    BackupPassphrase,
    BackupUnavailable,
    RestoreRefused,
}

/// <summary>What each <see cref="ErrorCode"/> means on the wire.</summary>
public static class ErrorCodes
{
    private static readonly FrozenDictionary<ErrorCode, Meaning> Meanings = new Dictionary<ErrorCode, Meaning>
    {
        [ErrorCode.ValidationFailed] = new(400, "The request is not valid."),
        [ErrorCode.Unauthenticated] = new(401, "Sign in first."),
        [ErrorCode.Forbidden] = new(403, "You may not do that."),
        [ErrorCode.NotFound] = new(404, "There is nothing here."),
        [ErrorCode.MethodNotAllowed] = new(405, "That method is not allowed here."),
        [ErrorCode.UnsupportedMediaType] = new(415, "That content type is not accepted here."),
        [ErrorCode.DeviceNotFound] = new(404, "There is no such device."),
        [ErrorCode.MessageNotFound] = new(404, "There is no such message."),
        [ErrorCode.DeviceAlreadyRegistered] = new(409, "The phone number is already registered."),
        [ErrorCode.IdempotencyConflict] = new(409, "That Idempotency-Key was used with another body."),
        [ErrorCode.MessageStateConflict] = new(409, "The message is past that."),
        [ErrorCode.DeviceNotRunning] = new(409, "The device is not running.", Retriable: true),
        [ErrorCode.DeviceNotPaired] = new(409, "The device is not paired with WhatsApp."),
        [ErrorCode.AlreadyPaired] = new(409, "The device is already paired."),
        [ErrorCode.PayloadTooLarge] = new(413, "The request is too large."),
        [ErrorCode.RateLimited] = new(429, "Too many requests.", Retriable: true),
        [ErrorCode.EngineError] = new(502, "The engine refused."),
        [ErrorCode.EngineUnavailable] = new(503, "The device's engine cannot be reached.", Retriable: true),
        [ErrorCode.EngineTimeout] = new(504, "The engine did not answer in time.", Retriable: true),
        [ErrorCode.CapacityExhausted] = new(503, "No host has room for another device.", Retriable: true),
        [ErrorCode.StorageUnavailable] = new(503, "The database cannot take this now.", Retriable: true),
        [ErrorCode.InternalError] = new(500, "Something went wrong on our side."),
        [ErrorCode.HostNotFound] = new(404, "There is no such host."),
        [ErrorCode.HostLost] = new(409, "The host is gone."),
        [ErrorCode.WebhookNotFound] = new(404, "There is no such webhook."),
        [ErrorCode.DeliveryNotFound] = new(404, "There is no such delivery."),
        [ErrorCode.WebhooksUnavailable] = new(503, "Nobody delivers webhooks now.", Retriable: true),
        [ErrorCode.UserNotFound] = new(404, "There is no such user."),
        [ErrorCode.UserAlreadyExists] = new(409, "The user name is taken."),
        [ErrorCode.LastAdministrator] = new(409, "That is the last administrator."),
        [ErrorCode.KeyNotFound] = new(404, "There is no such key."),
        [ErrorCode.EngineUnmanaged] = new(409, "The platform does not manage the engine here."),
        [ErrorCode.ReleaseNotFound] = new(404, "There is no such release of the engine."),
        [ErrorCode.ReleaseFeedUnavailable] = new(503, "The feed of engine releases can't be used now.", Retriable: true),
        [ErrorCode.RolloutConflict] = new(409, "That does not go with the state of the engine's rollout."),
        [ErrorCode.BackupNotFound] = new(404, "There is no such backup."),
        [ErrorCode.BackupBusy] = new(409, "Another backup operation is under way.", Retriable: true),
        [ErrorCode.BackupCorrupt] = new(422, "The archive is damaged."),
        [ErrorCode.BackupPassphrase] = new(422, "The passphrase is missing or wrong."),
        [ErrorCode.BackupUnavailable] = new(503, "The backup could not be made or read here."),
        [ErrorCode.RestoreRefused] = new(409, "The archive can't be restored here."),
    }.ToFrozenDictionary();

    public static string Name(ErrorCode code) => System.Text.Json.JsonNamingPolicy.SnakeCaseUpper.ConvertName(code.ToString());

    /// <summary>HTTP status of the problem answer.</summary>
    public static int Status(ErrorCode code) => Meanings[code].Status;

    /// <summary>Whether the same request may succeed later without being changed.</summary>
    public static bool Retriable(ErrorCode code) => Meanings[code].Retriable;

    public static string Title(ErrorCode code) => Meanings[code].Title;

    private sealed record Meaning(int Status, string Title, bool Retriable = false);
}
