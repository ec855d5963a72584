using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Gateway.Proxy;

/// <summary>All that the proxy promises, with the engine on another host.</summary>
public sealed class ForwardedProxyTests(GatewayHost gateway) : ProxyTests(gateway)
{
    private ForwarderHost? _host;

    public override async ValueTask InitializeAsync()
    {
        _host = await ForwarderHost.StartAsync("host-2", CancellationToken);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _host!.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override void Own(FakeEngine engine) => Gateway.Devices[Phone].Route = _host!.Own(Phone, engine);
}

/// <summary>What streams, with the engine on another host.</summary>
public sealed class ForwardedProxyStreamTests(GatewayHost gateway) : ProxyStreamTests(gateway)
{
    private ForwarderHost? _host;

    public override async ValueTask InitializeAsync()
    {
        _host = await ForwarderHost.StartAsync("host-2", CancellationToken);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _host!.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override void Own(FakeEngine engine) => Gateway.Devices[Phone].Route = _host!.Own(Phone, engine);
}
