using WaPlatform.Contracts.Engines;
using WaPlatform.ServiceDefaults.Engines;

namespace WaPlatform.Gateway.Proxy;

/// <summary>The connections to one start of one device's engine: on this machine if its host is this process, else through its host's forwarder.</summary>
internal sealed class EngineLane(EngineRoute route, DateTimeOffset askedAt) : IDisposable
{
    public EngineRoute Route { get; } = route;

    /// <summary>Whether a host stands between: what it answers itself is not the engine's word.</summary>
    public bool IsForwarded { get; } = !IsHere(route);

    /// <summary>What comes before the path of the engine's call.</summary>
    public string Prefix { get; } = IsHere(route) ? route.Address.GetLeftPart(UriPartial.Authority) : route.Forwarder!.AbsoluteUri.TrimEnd('/');

    /// <summary>When the owner last said so.</summary>
    public DateTimeOffset AskedAt { get; set; } = askedAt;

    public HttpMessageInvoker Invoker { get; } = new(EngineConnections.CreateHandler());

    /// <summary>False for an engine of another process whose host can't be reached yet.</summary>
    public static bool CanReach(EngineRoute route) => IsHere(route) || route.Forwarder is not null;

    private static bool IsHere(EngineRoute route) => route.Process == ThisProcess.Id;

    public void Dispose() => Invoker.Dispose();
}
