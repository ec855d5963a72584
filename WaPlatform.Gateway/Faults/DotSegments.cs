using Microsoft.AspNetCore.Http.Features;

namespace WaPlatform.Gateway.Faults;

/// <summary>
/// Refuses paths with <c>.</c> or <c>..</c> in them. The server folds them before it routes, so such a path reaches another endpoint than its text
/// says, past whoever looked at the text. Clients fold their own: what arrives like this was made by hand.
/// </summary>
internal static class DotSegments
{
    public static IApplicationBuilder UseNoDotSegments(this IApplicationBuilder app) => app.Use(static (context, next) =>
        Has(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget)
            ? new ProblemResult(ErrorCode.ValidationFailed, "The path has '.' or '..' as a part.").ExecuteAsync(context)
            : next(context));

    internal static bool Has(string rawTarget)
    {
        var question = rawTarget.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? rawTarget : rawTarget[..question];

        // Nearly every path has neither, and is done with here.
        return (path.Contains("/.", StringComparison.Ordinal) || path.Contains("%2e", StringComparison.OrdinalIgnoreCase))
            && path.Split('/').Any(part => Uri.UnescapeDataString(part) is "." or "..");
    }
}
