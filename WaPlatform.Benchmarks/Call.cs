using System.Net.Http.Headers;

namespace WaPlatform.Benchmarks;

/// <summary>A POST that is written before the clock runs.</summary>
internal sealed record Call(string Path, byte[] Body)
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    public HttpRequestMessage ToRequest() => new(HttpMethod.Post, Path) { Content = new ByteArrayContent(Body) { Headers = { ContentType = Json } } };
}
