namespace WaPlatform.Contracts.Cleanup;

/// <summary>Removes what is past its time, in the whole cluster (singleton, key 0).</summary>
[Alias("WaPlatform.ICleanupGrain")]
public interface ICleanupGrain : IGrainWithIntegerKey
{
    /// <summary>Cleans once. A second caller gets the outcome of the round that is under way, if that is of the same kind.</summary>
    /// <param name="dryRun">Only tells what would go.</param>
    [Alias("Run"), ResponseTimeout("00:10:00")]
    Task<CleanupReport> RunAsync(bool dryRun);
}

/// <summary>What a cleanup removed, or would have.</summary>
[GenerateSerializer, Immutable]
public sealed record CleanupReport(
    [property: Id(0)] bool DryRun,
    [property: Id(1)] DateTimeOffset StartedAt,
    [property: Id(2)] long DurationMs,
    [property: Id(3)] long Items,
    [property: Id(4)] long Bytes,
    [property: Id(5)] IReadOnlyList<CleanupPart> Parts);

/// <summary>One kind of thing that was cleaned.</summary>
/// <param name="Name">For example <c>engine.media</c> or <c>messages</c>.</param>
/// <param name="Host">Null for what is not a host's own.</param>
/// <param name="Items">Files or rows.</param>
/// <param name="Bytes">Of files; of rows 0, for nobody knows.</param>
/// <param name="Error">What went wrong; the other parts were done all the same.</param>
[GenerateSerializer, Immutable]
public sealed record CleanupPart(
    [property: Id(0)] string Name,
    [property: Id(1)] string? Host,
    [property: Id(2)] long Items,
    [property: Id(3)] long Bytes,
    [property: Id(4)] string? Error);
