using System.Diagnostics;
using System.Text.Json.Serialization;
using WaPlatform.Contracts.Faults;

namespace WaPlatform.Gateway.Faults;

/// <summary>An error answer (RFC 9457), content type <c>application/problem+json</c>.</summary>
/// <param name="Code">Stable; what programs decide by.</param>
/// <param name="Retriable">Whether the same request may succeed later.</param>
/// <param name="RetryAfter">Seconds after which a retry makes sense.</param>
/// <param name="Errors">What is wrong with each field of the request.</param>
/// <param name="EngineCode">The engine's own code, for ENGINE_ERROR.</param>
/// <param name="EngineMessage">The engine's own text, for ENGINE_ERROR.</param>
/// <param name="Id">The message concerned, for a send that the engine refused.</param>
/// <param name="TraceId">Finds the request in logs and traces.</param>
internal sealed record ProblemBody(
    string Type,
    string Title,
    int Status,
    string Detail,
    string Code,
    bool Retriable,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RetryAfter,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string[]>? Errors,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? EngineCode,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? EngineMessage,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Idempotent,
    string TraceId)
{
    public static ProblemBody From(Fault fault, HttpContext context)
    {
        var name = ErrorCodes.Name(fault.Code);
        return new ProblemBody(
            $"urn:waplatform:error:{name}",
            ErrorCodes.Title(fault.Code),
            fault.Status ?? ErrorCodes.Status(fault.Code),
            fault.Detail,
            name,
            ErrorCodes.Retriable(fault.Code),
            Seconds(fault.RetryAfter),
            fault.Errors,
            fault.EngineCode,
            fault.EngineMessage,
            fault.MessageId,
            fault.Idempotent,
            Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier);
    }

    // Rounded up: a client that comes back a moment too early is refused again.
    private static int? Seconds(TimeSpan? wait) => wait is { } time ? Math.Max(1, (int)Math.Ceiling(time.TotalSeconds)) : null;
}
