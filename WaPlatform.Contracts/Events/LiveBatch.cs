namespace WaPlatform.Contracts.Events;

/// <summary>What is told on the live channel, as JSON: events that were stored together, oldest first, once they can be read from the journal. Batches may come in another order than the journal's, or not at all.</summary>
/// <param name="Previous">Place of the newest event before them: whoever has seen that one misses nothing between.</param>
public sealed record LiveBatch(long Previous, IReadOnlyList<DeviceEvent> Events);
