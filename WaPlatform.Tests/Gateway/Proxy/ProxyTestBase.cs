using System.Net.Http.Headers;
using System.Text;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Gateway.Proxy;

/// <summary>A gateway with one device, and an engine for each test.</summary>
public abstract class ProxyTestBase(GatewayHost gateway) : IClassFixture<GatewayHost>, IAsyncLifetime
{
    protected const string Phone = "5551000000001";

    protected static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    protected GatewayHost Gateway { get; } = gateway;

    protected FakeEngine Engine { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync()
    {
        Engine = await FakeEngine.StartAsync(CancellationToken);
        Own(Engine);
        if (Gateway.Devices[Phone].Calls.IsEmpty)
        {
            await Gateway.RegisterAsync(Phone);
        }

        // Until the gateway has heard of this test's engine.
        await Gateway.ForgetRouteAsync(Phone);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The device's owner has this engine from now on.</summary>
    protected virtual void Own(FakeEngine engine) => Gateway.Devices[Phone].Route = engine.Route;

    protected HttpRequestMessage Request(string method, string pathAndQuery, string? body = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), Raw($"/proxy/whatsapp/{Phone}{pathAndQuery}"));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        return request;
    }

    /// <summary>A target that the client sends as it stands.</summary>
    protected Uri Raw(string path) =>
        new(Gateway.Address.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
}
