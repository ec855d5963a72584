using WaPlatform.Contracts.Engines;
using WaPlatform.ServiceDefaults.Engines;

namespace WaPlatform.Gateway.Proxy;

/// <summary>The connections to one start of one device's engine.</summary>
internal sealed class EngineLane(EngineRoute route, DateTimeOffset askedAt) : IDisposable
{
    public EngineRoute Route { get; } = route;

    /// <summary>When the owner last said so.</summary>
    public DateTimeOffset AskedAt { get; set; } = askedAt;

    public HttpMessageInvoker Invoker { get; } = new(EngineConnections.CreateHandler());

    public void Dispose() => Invoker.Dispose();
}
