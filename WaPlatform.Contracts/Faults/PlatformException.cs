namespace WaPlatform.Contracts.Faults;

/// <summary>A refusal with a stable code of the public API; crosses grain calls and becomes problem+json at the edge.</summary>
[GenerateSerializer]
public sealed class PlatformException(ErrorCode code, string detail) : Exception(detail)
{
    [Id(0)]
    public ErrorCode Code { get; init; } = code;

    /// <summary>What the caller is told; never a secret, never a stack trace.</summary>
    [Id(1)]
    public string Detail { get; init; } = detail;

    /// <summary>When a retry makes sense.</summary>
    [Id(2)]
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The engine's own code, for <see cref="ErrorCode.EngineError"/>.</summary>
    [Id(3)]
    public string? EngineCode { get; init; }

    /// <summary>The engine's own text, for <see cref="ErrorCode.EngineError"/>.</summary>
    [Id(4)]
    public string? EngineMessage { get; init; }
}
