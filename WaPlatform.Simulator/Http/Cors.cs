namespace WaPlatform.Simulator.Http;

/// <summary>Fiber's CORS middleware as gowa sets it up.</summary>
internal sealed class Cors(IReadOnlyList<string> origins)
{
    /// <summary>Adds the headers of an answer; an answer of its own for a preflight.</summary>
    public Answer? Apply(RequestContext context)
    {
        var origin = context.Header("Origin");
        if (string.IsNullOrEmpty(origin))
        {
            return null;
        }

        var headers = context.Http.Response.Headers;
        var any = origins.Count == 0 || origins.Contains("*");
        if (any || origins.Contains(origin, StringComparer.OrdinalIgnoreCase))
        {
            headers["Access-Control-Allow-Origin"] = any ? "*" : origin;
        }

        if (context.Method != "OPTIONS" || string.IsNullOrEmpty(context.Header("Access-Control-Request-Method")))
        {
            if (!any)
            {
                headers.Vary = "Origin";
            }

            return null;
        }

        headers["Access-Control-Allow-Methods"] = "GET, POST, HEAD, PUT, PATCH, DELETE";
        headers["Access-Control-Allow-Headers"] = "Origin, Content-Type, Accept, Authorization, X-Device-Id";
        headers.Vary = "Access-Control-Request-Method, Access-Control-Request-Headers, Origin";
        return new Answer(204, "", ReadOnlyMemory<byte>.Empty);
    }
}
