using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WaPlatform.Contracts.Engines;
using WaPlatform.ProcessHost.Forwarding;

namespace WaPlatform.Tests.Gateway.Proxy;

/// <summary>The web server of a host with the real forwarder; which engines it has is the test's.</summary>
public sealed class ForwarderHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, EngineRoute> _engines = new();
    private readonly string _name;

    private ForwarderHost(WebApplication app, string name) => (_app, _name) = (app, name);

    public Uri Address => new(_app.Urls.Single() + "/");

    public static async Task<ForwarderHost> StartAsync(string name, CancellationToken cancellationToken)
    {
        ForwarderHost? host = null;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<FindEngine>(number => host!._engines.GetValueOrDefault(number));
        ForwardingExtensions.AddForwarder(builder.Services);
        var app = builder.Build();
        app.UseRouting();
        app.MapEngineForwarding();
        host = new ForwarderHost(app, name);
        await app.StartAsync(cancellationToken);
        return host;
    }

    /// <summary>The host has an engine of a device from now on.</summary>
    /// <returns>The way to it as gateways in other processes hear of it.</returns>
    public EngineRoute Own(string phoneNumber, FakeEngine engine)
    {
        var route = engine.Route with { Host = _name, Process = Guid.NewGuid(), Forwarder = new Uri(Address, $"engines/{phoneNumber}/") };
        _engines[phoneNumber] = route;
        return route;
    }

    public void Release(string phoneNumber) => _engines.TryRemove(phoneNumber, out _);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
