using System.Text.Json;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Events;

namespace WaPlatform.ServiceDefaults.Events;

/// <summary>Tells all who hear the live channel of events that are in the journal now. Never waits; who was not told reads them from there.</summary>
public sealed partial class LivePublisher(IConnectionMultiplexer redis, ILogger<LivePublisher> logger)
{
    // A message of Redis is held whole on both sides.
    private const int MaxBytes = 256 * 1024;
    private const int MaxEvents = 100;

    /// <param name="previous">Place of the newest event before them.</param>
    public void Publish(long previous, IEnumerable<DeviceEvent> events)
    {
        var (batch, bytes) = (new List<DeviceEvent>(), 0L);
        foreach (var e in events)
        {
            batch.Add(e);
            bytes += SizeOf(e.Data) + (e.EngineFrame is { } frame ? SizeOf(frame) : 0);
            if (bytes >= MaxBytes || batch.Count == MaxEvents)
            {
                Send(previous, batch);
                (previous, bytes) = (e.Place, 0);
                batch.Clear();
            }
        }

        if (batch.Count > 0)
        {
            Send(previous, batch);
        }
    }

    private void Send(long previous, List<DeviceEvent> batch)
    {
        try
        {
            redis.GetSubscriber().Publish(redis.LiveChannel(), JsonSerializer.SerializeToUtf8Bytes(new LiveBatch(previous, batch), WireJson.Options), CommandFlags.FireAndForget);
        }
        catch (Exception exception) when (batch.Count > 1 && exception is ArgumentException or InvalidOperationException)
        {
            // One of them can't be written as JSON. The others must not suffer for it.
            foreach (var e in batch)
            {
                Send(previous, [e]);
                previous = e.Place;
            }
        }
        catch (Exception exception)
        {
            // By design: events that can't be told (Redis away) must not silence the ones after them. They are stored.
            Log.NotTold(logger, exception, batch.Count, batch[0].Place);
        }
    }

    // Of something that was never read from JSON there is no text.
    private static int SizeOf(JsonElement json) => json.ValueKind == JsonValueKind.Undefined ? 0 : json.GetRawText().Length;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Count} events from place {Place} on are stored, but could not be told; who listens reads them a moment later.")]
        public static partial void NotTold(ILogger logger, Exception exception, int count, long place);
    }
}
