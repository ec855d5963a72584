using System.Net.Mime;

namespace WaPlatform.Gateway.Access;

/// <summary>Marks an endpoint that takes its token as <c>?access_token=</c> too, because browsers cannot set headers on it.</summary>
internal sealed class QueryToken
{
    public const string Parameter = "access_token";

    public static readonly QueryToken Allowed = new(onlyForStreams: false);

    /// <summary>Only when server-sent events are asked for: addresses end up in histories and logs of proxies.</summary>
    public static readonly QueryToken ForStreams = new(onlyForStreams: true);

    private readonly bool _onlyForStreams;

    private QueryToken(bool onlyForStreams) => _onlyForStreams = onlyForStreams;

    public static string? Read(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<QueryToken>() is { } allowed
        && (!allowed._onlyForStreams || context.Request.Headers.Accept.ToString().Contains(MediaTypeNames.Text.EventStream, StringComparison.OrdinalIgnoreCase))
        && context.Request.Query[Parameter] is [{ Length: > 0 } token]
            ? token
            : null;
}
