using System.Text.Json;
using System.Text.RegularExpressions;
using WaPlatform.Contracts.Faults;
using WaPlatform.Data;

namespace WaPlatform.Gateway.Faults;

/// <summary>What an exception or an empty error status means to a caller. Texts of exceptions are never passed on.</summary>
internal static partial class FaultMap
{
    private static readonly TimeSpan ComeBackSoon = TimeSpan.FromSeconds(5);

    /// <returns>Null for what nobody expected.</returns>
    public static Fault? From(Exception exception) => exception switch
    {
        PlatformException platform => From(platform),
        BadHttpRequestException bad => From(bad),
        _ when exception.IsDatabaseUnavailable() =>
            new Fault(ErrorCode.StorageUnavailable, "The database does not take this now; nothing was changed.") { RetryAfter = ComeBackSoon },
        OperationCanceledException => new Fault(ErrorCode.EngineUnavailable, "The gateway is stopping.") { RetryAfter = ComeBackSoon },
        TimeoutException => new Fault(ErrorCode.EngineTimeout, "The device's owner did not answer in time.") { RetryAfter = ComeBackSoon },
        OrleansException { InnerException: PlatformException inner } => From(inner),
        OrleansException => new Fault(ErrorCode.EngineUnavailable, "The device's owner cannot be reached.") { RetryAfter = ComeBackSoon },
        _ => null,
    };

    /// <summary>For an answer that has a status and no body, as the framework makes them.</summary>
    public static Fault FromStatus(int status) => status switch
    {
        401 => new Fault(ErrorCode.Unauthenticated, "Send a valid token (Authorization: Bearer <token>) or key (X-Api-Key: <key>)."),
        403 => new Fault(ErrorCode.Forbidden, "Your role, or your key, does not include this."),
        404 => new Fault(ErrorCode.NotFound, "No such path."),
        405 => new Fault(ErrorCode.MethodNotAllowed, "See the Allow header for the methods of this path."),
        413 => new Fault(ErrorCode.PayloadTooLarge, "The body is larger than this path takes."),
        415 => new Fault(ErrorCode.UnsupportedMediaType, "Send Content-Type: application/json; a send with a file, multipart/form-data."),
        429 => new Fault(ErrorCode.RateLimited, "Slow down."),
        503 => new Fault(ErrorCode.EngineUnavailable, "Not available now.") { RetryAfter = ComeBackSoon },
        >= 400 and < 500 => new Fault(ErrorCode.ValidationFailed, "The request is not valid.") { Status = status },
        _ => new Fault(ErrorCode.InternalError, "The request could not be served."),
    };

    private static Fault From(PlatformException exception) => new(exception.Code, exception.Detail)
    {
        RetryAfter = exception.RetryAfter,
        EngineCode = exception.EngineCode,
        EngineMessage = exception.EngineMessage,
    };

    private static Fault From(BadHttpRequestException exception)
    {
        if (exception.StatusCode != StatusCodes.Status400BadRequest)
        {
            return FromStatus(exception.StatusCode);
        }

        if (exception.InnerException is JsonException json)
        {
            return From(json);
        }

        // The framework says which parameter it could not bind only in its text.
        return BindingFailure().Match(exception.Message) is { Success: true } match
            ? Invalid(match.Groups["name"].Value, "Is not valid.")
            : new Fault(ErrorCode.ValidationFailed, "The request, or a part of it that is needed, is missing or malformed.");
    }

    // A path means that the text is JSON but a member is of the wrong type; its own text would name our types.
    private static Fault From(JsonException exception) =>
        exception.Path is { Length: > 2 } path && exception.InnerException is not JsonException
            ? Invalid(path[0] == '$' ? path.TrimStart('$').TrimStart('.') : path, "Has the wrong type or is malformed.")
            : new Fault(ErrorCode.ValidationFailed, "The body is not valid JSON, or not an object.");

    private static Fault Invalid(string field, string problem) => new(ErrorCode.ValidationFailed, "Some fields are not valid; see errors.")
    {
        Errors = new Dictionary<string, string[]> { [field] = [problem] },
    };

    [GeneratedRegex("""parameter "(?:\S+ )?(?<name>\w+)" """)]
    private static partial Regex BindingFailure();
}
