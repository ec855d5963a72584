namespace WaPlatform.Gateway.Faults;

/// <summary>A refusal, before it is written as problem+json.</summary>
internal sealed record Fault(ErrorCode Code, string Detail)
{
    /// <summary>Only where HTTP has a status of its own for what <see cref="Code"/> says in general.</summary>
    public int? Status { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What is wrong with each field of the request.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    public string? EngineCode { get; init; }

    public string? EngineMessage { get; init; }

    /// <summary>The message that was accepted and then refused by the engine.</summary>
    public Guid? MessageId { get; init; }

    /// <summary>The message had been accepted by an earlier request with the same Idempotency-Key.</summary>
    public bool? Idempotent { get; init; }

    public static Fault NoDevice(string phoneNumber) => new(ErrorCode.DeviceNotFound, $"No device has the number {phoneNumber}.");
}
