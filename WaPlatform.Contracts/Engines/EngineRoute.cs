namespace WaPlatform.Contracts.Engines;

/// <summary>The way to a running engine. Never leaves the platform: it carries the engine's credentials.</summary>
/// <param name="Host">Id of the host that owns the engine process.</param>
/// <param name="Address">Base address of the engine, on that host's loopback (<c>http://127.0.0.1:8000</c>).</param>
/// <param name="Authorization">Value of the Authorization header that the engine expects.</param>
/// <param name="SlotId">Value of X-Device-Id: the id of the engine's only slot, whatever its form (gowa contract §3.4).</param>
/// <param name="Generation">Changes with each start of the process: pooled connections of an older one must not be used.</param>
[GenerateSerializer, Immutable]
public sealed record EngineRoute(
    [property: Id(0)] string Host,
    [property: Id(1)] Uri Address,
    [property: Id(2)] string Authorization,
    [property: Id(3)] string SlotId,
    [property: Id(4)] long Generation)
{
    // The compiler's own would print the credentials into any log that meets this record.
    public override string ToString() => $"{Host} {Address} #{Generation}";
}
