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
    public static string Name(ErrorCode code) => System.Text.Json.JsonNamingPolicy.SnakeCaseUpper.ConvertName(code.ToString());

    /// <summary>HTTP status of the problem answer.</summary>
    public static int Status(ErrorCode code) => code switch
    {
        ErrorCode.ValidationFailed => 400,
        ErrorCode.Unauthenticated => 401,
        ErrorCode.Forbidden => 403,
        ErrorCode.NotFound or ErrorCode.DeviceNotFound or ErrorCode.MessageNotFound or ErrorCode.HostNotFound
            or ErrorCode.WebhookNotFound or ErrorCode.DeliveryNotFound or ErrorCode.BackupNotFound => 404,
        ErrorCode.MethodNotAllowed => 405,
        ErrorCode.DeviceAlreadyRegistered or ErrorCode.IdempotencyConflict or ErrorCode.MessageStateConflict or ErrorCode.DeviceNotRunning
            or ErrorCode.DeviceNotPaired or ErrorCode.AlreadyPaired or ErrorCode.HostLost => 409,
        ErrorCode.BackupBusy or ErrorCode.RestoreRefused => 409,
        ErrorCode.BackupCorrupt or ErrorCode.BackupPassphrase => 422,
        ErrorCode.PayloadTooLarge => 413,
        ErrorCode.UnsupportedMediaType => 415,
        ErrorCode.RateLimited => 429,
        ErrorCode.EngineError => 502,
        ErrorCode.EngineUnavailable or ErrorCode.CapacityExhausted or ErrorCode.StorageUnavailable => 503,
        ErrorCode.BackupUnavailable => 503,
        ErrorCode.EngineTimeout => 504,
        _ => 500,
    };

    /// <summary>Whether the same request may succeed later without being changed.</summary>
    public static bool Retriable(ErrorCode code) => code is
        ErrorCode.RateLimited or ErrorCode.EngineUnavailable or ErrorCode.EngineTimeout or ErrorCode.CapacityExhausted
        or ErrorCode.StorageUnavailable or ErrorCode.DeviceNotRunning or ErrorCode.BackupBusy;

    public static string Title(ErrorCode code) => code switch
    {
        ErrorCode.ValidationFailed => "The request is not valid.",
        ErrorCode.Unauthenticated => "Sign in first.",
        ErrorCode.Forbidden => "You may not do that.",
        ErrorCode.NotFound => "There is nothing here.",
        ErrorCode.MethodNotAllowed => "That method is not allowed here.",
        ErrorCode.UnsupportedMediaType => "That content type is not accepted here.",
        ErrorCode.DeviceNotFound => "There is no such device.",
        ErrorCode.MessageNotFound => "There is no such message.",
        ErrorCode.WebhookNotFound => "There is no such webhook.",
        ErrorCode.DeliveryNotFound => "There is no such delivery.",
        ErrorCode.DeviceAlreadyRegistered => "The phone number is already registered.",
        ErrorCode.IdempotencyConflict => "That Idempotency-Key was used with another body.",
        ErrorCode.MessageStateConflict => "The message is past that.",
        ErrorCode.DeviceNotRunning => "The device is not running.",
        ErrorCode.DeviceNotPaired => "The device is not paired with WhatsApp.",
        ErrorCode.AlreadyPaired => "The device is already paired.",
        ErrorCode.PayloadTooLarge => "The request is too large.",
        ErrorCode.RateLimited => "Too many requests.",
        ErrorCode.EngineError => "The engine refused.",
        ErrorCode.EngineUnavailable => "The device's engine cannot be reached.",
        ErrorCode.EngineTimeout => "The engine did not answer in time.",
        ErrorCode.CapacityExhausted => "No host has room for another device.",
        ErrorCode.StorageUnavailable => "The database cannot take this now.",
        ErrorCode.HostNotFound => "There is no such host.",
        ErrorCode.HostLost => "The host is gone.",
        ErrorCode.BackupNotFound => "There is no such backup.",
        ErrorCode.BackupBusy => "Another backup operation is under way.",
        ErrorCode.BackupCorrupt => "The archive is damaged.",
        ErrorCode.BackupPassphrase => "The passphrase is missing or wrong.",
        ErrorCode.BackupUnavailable => "The backup could not be made or read here.",
        ErrorCode.RestoreRefused => "The archive can't be restored here.",
        _ => "Something went wrong on our side.",
    };
}
