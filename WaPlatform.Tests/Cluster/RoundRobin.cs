namespace WaPlatform.Tests.Cluster;

/// <summary>A load balancer: each request goes to the next gateway. One that does not take a GET is passed over; what changes something is its caller's to repeat.</summary>
internal sealed class RoundRobin(IReadOnlyList<Uri> gateways) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false })
{
    private int _last;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.PathAndQuery;
        for (var others = gateways.Count - 1; ; others--)
        {
            request.RequestUri = new Uri(gateways[(int)((uint)Interlocked.Increment(ref _last) % gateways.Count)], path);
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException) when (others > 0 && request.Method == HttpMethod.Get)
            {
            }
        }
    }
}
