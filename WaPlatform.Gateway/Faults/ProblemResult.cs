using System.Globalization;
using System.Net.Mime;
using Microsoft.Net.Http.Headers;

namespace WaPlatform.Gateway.Faults;

/// <summary>Answers a <see cref="Fault"/> as problem+json.</summary>
internal sealed class ProblemResult(Fault fault) : IResult
{
    public ProblemResult(ErrorCode code, string detail) : this(new Fault(code, detail))
    {
    }

    public Fault Fault { get; } = fault;

    public static ProblemResult Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        new(new Fault(ErrorCode.ValidationFailed, "Some fields are not valid; see errors.") { Errors = errors });

    public static ProblemResult NoDevice(string phoneNumber) => new(Fault.NoDevice(phoneNumber));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var body = ProblemBody.From(Fault, httpContext);
        var response = httpContext.Response;
        response.StatusCode = body.Status;
        response.Headers.CacheControl = "no-store";
        if (body.RetryAfter is { } seconds)
        {
            response.Headers[HeaderNames.RetryAfter] = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return response.WriteAsJsonAsync(body, GatewayJson.Options, MediaTypeNames.Application.ProblemJson, httpContext.RequestAborted);
    }
}
