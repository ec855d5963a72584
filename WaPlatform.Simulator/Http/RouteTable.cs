namespace WaPlatform.Simulator.Http;

/// <summary>How far a request must have come before a route sees it (gowa contract §4.2).</summary>
internal enum RouteScope
{
    /// <summary>Before basic auth.</summary>
    Public,

    /// <summary>Behind basic auth, no slot needed.</summary>
    Authorised,

    /// <summary>Behind basic auth and the device middleware: <see cref="RequestContext.Slot"/> is set.</summary>
    Device,
}

internal delegate Task<Answer> GowaHandler(RequestContext context, CancellationToken cancellationToken);

/// <summary>
/// Where a slice puts its routes. The pattern of a slice:
/// <code>
/// internal static class ChatRoutes
/// {
///     public static void AddChatRoutes(this RouteTable routes, Gowa gowa)
///     {
///         routes.Get("/chats", (context, cancellationToken) => ListAsync(gowa, context, cancellationToken));
///     }
/// }
/// </code>
/// and one line in <see cref="Gowa.AddRoutes"/>. A path is matched like Fiber does: case-insensitive, a trailing slash allowed,
/// <c>:name</c> segments taken raw (not percent-decoded), first registered wins. GET routes answer HEAD too.
/// </summary>
internal sealed class RouteTable(string basePath)
{
    // Fiber's own order, seen in the Allow header of a 405.
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
    private readonly List<Route> _routes = [];

    public void Get(string path, GowaHandler handler, RouteScope scope = RouteScope.Device) => Map("GET", path, handler, scope);

    public void Post(string path, GowaHandler handler, RouteScope scope = RouteScope.Device) => Map("POST", path, handler, scope);

    public void Put(string path, GowaHandler handler, RouteScope scope = RouteScope.Device) => Map("PUT", path, handler, scope);

    public void Patch(string path, GowaHandler handler, RouteScope scope = RouteScope.Device) => Map("PATCH", path, handler, scope);

    public void Delete(string path, GowaHandler handler, RouteScope scope = RouteScope.Device) => Map("DELETE", path, handler, scope);

    /// <summary>Registers a route; <paramref name="prefixed"/> is false for the few that the base path does not move.</summary>
    public void Map(string method, string path, GowaHandler handler, RouteScope scope, bool prefixed = true) =>
        _routes.Add(new Route(method, Split(prefixed ? basePath + path : path), path, handler, scope));

    /// <summary>The first route of this method and scope whose pattern fits the raw path.</summary>
    public RouteMatch? Find(string method, string rawPath, RouteScope scope)
    {
        var segments = Split(rawPath);
        foreach (var route in _routes)
        {
            if (route.Scope == scope && route.Method == method && route.Match(segments) is { } parameters)
            {
                return new RouteMatch(route, parameters);
            }
        }

        return null;
    }

    /// <summary>The methods this path has a route for, in Fiber's order; empty when the path is unknown.</summary>
    public IReadOnlyList<string> AllowedMethods(string rawPath)
    {
        var segments = Split(rawPath);
        var found = _routes.Where(route => route.Match(segments) is not null).Select(static route => route.Method).ToHashSet();
        if (found.Contains("GET"))
        {
            found.Add("HEAD");
        }

        return [.. Methods.Where(found.Contains)];
    }

    private static string[] Split(string path) => path.Split('/', StringSplitOptions.None) is var parts && parts.Length > 1 && parts[^1].Length == 0
        ? parts[1..^1]
        : parts[1..];
}

internal sealed record RouteMatch(Route Route, IReadOnlyDictionary<string, string> Parameters);

internal sealed record Route(string Method, string[] Segments, string Pattern, GowaHandler Handler, RouteScope Scope)
{
    private static readonly Dictionary<string, string> NoParameters = [];

    public IReadOnlyDictionary<string, string>? Match(string[] segments)
    {
        if (segments.Length != Segments.Length)
        {
            return null;
        }

        Dictionary<string, string>? parameters = null;
        for (var i = 0; i < segments.Length; i++)
        {
            if (Segments[i].StartsWith(':'))
            {
                if (segments[i].Length == 0)
                {
                    return null;
                }

                (parameters ??= [])[Segments[i][1..]] = segments[i];
            }
            else if (!Segments[i].Equals(segments[i], StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }
        }

        return parameters ?? NoParameters;
    }
}
