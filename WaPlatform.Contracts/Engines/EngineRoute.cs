namespace WaPlatform.Contracts.Engines;

/// <summary>The way to a running engine. Never leaves the platform: it carries the engine's credentials.</summary>
/// <param name="Host">Id of the host that owns the engine process.</param>
/// <param name="Address">Base address of the engine, on that host's loopback (<c>http://127.0.0.1:8000</c>).</param>
/// <param name="Authorization">Value of the Authorization header that the engine expects.</param>
/// <param name="SlotId">Value of X-Device-Id: the id of the engine's only slot, whatever its form (gowa contract §3.4).</param>
/// <param name="Generation">Changes with each start of the process: pooled connections of an older one must not be used.</param>
/// <param name="Process"><see cref="ThisProcess.Id"/> of the host: a gateway in the same process takes <paramref name="Address"/>.</param>
/// <param name="Forwarder">
/// Base address, ending in a slash, under which the host passes requests on to this engine if they carry <paramref name="Authorization"/>
/// (<c>http://10.0.0.5:8080/engines/5511999999999/</c>); null until the host listens.
/// </param>
[GenerateSerializer, Immutable]
public sealed record EngineRoute(
    [property: Id(0)] string Host,
    [property: Id(1)] Uri Address,
    [property: Id(2)] string Authorization,
    [property: Id(3)] string SlotId,
    [property: Id(4)] long Generation,
    [property: Id(5)] Guid Process,
    [property: Id(6)] Uri? Forwarder)
{
    // The compiler's own would print the credentials into any log that meets this record.
    public override string ToString() => $"{Host} {Address} #{Generation}";
}

/// <summary>Tells the processes of a cluster apart.</summary>
public static class ThisProcess
{
    public static readonly Guid Id = Guid.NewGuid();
}
