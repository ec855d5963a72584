using System.Net;
using System.Text.Json;
using WaPlatform.Console.Texts;

namespace WaPlatform.Console.Http;

/// <summary>What the API says when it refuses (RFC 9457), or what the console says when it got no answer.</summary>
/// <param name="Code">Stable; <see cref="NoAnswer"/> and <see cref="BadAnswer"/> are the console's own.</param>
public sealed record Problem(
    string Code, string? Title = null, string? Detail = null, int Status = 0, bool Retriable = false, int? RetryAfter = null,
    Dictionary<string, string[]>? Errors = null, string? EngineCode = null, string? EngineMessage = null, string? TraceId = null)
{
    /// <summary>The platform could not be reached.</summary>
    public const string NoAnswer = "NO_ANSWER";

    /// <summary>Something answered that is not the platform's API: a proxy in between, as a rule.</summary>
    public const string BadAnswer = "BAD_ANSWER";

    public const string RateLimited = "RATE_LIMITED";

    public const string SignedOut = "UNAUTHENTICATED";

    /// <summary>This platform has no such call: an older version, or a part that is not installed.</summary>
    public bool IsAbsent => Code is "NOT_FOUND" or "METHOD_NOT_ALLOWED";

    /// <summary>What is wrong with the request, field by field, in one line each.</summary>
    public IEnumerable<string> FieldErrors => Errors?.SelectMany(wrong => wrong.Value.Select(text => $"{wrong.Key}: {text}")) ?? [];

    public static async Task<Problem> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            if (await JsonSerializer.DeserializeAsync(body, ApiJson.Default.Problem, cancellationToken) is { Code.Length: > 0 } problem)
            {
                return problem;
            }
        }
        catch (JsonException)
        {
            // Not the API's words.
        }

        return response.StatusCode == HttpStatusCode.Unauthorized
            ? new Problem(SignedOut, Status: (int)response.StatusCode)
            : new Problem(BadAnswer, Detail: $"HTTP {(int)response.StatusCode}", Status: (int)response.StatusCode, Retriable: true);
    }

    /// <summary>Its title in the language of the console, the API's own where there is none.</summary>
    public string Headline(Microsoft.Extensions.Localization.IStringLocalizer<Words> words)
    {
        var text = words[$"Problem.{Code}"];
        return text.ResourceNotFound ? Title ?? Code : text;
    }
}

/// <summary>A call that the API refused, or that got no answer.</summary>
public sealed class ApiException(Problem problem, Exception? inner = null) : Exception($"{problem.Code}: {problem.Detail ?? problem.Title}", inner)
{
    public Problem Problem { get; } = problem;
}
