using System.Collections.Concurrent;
using WaPlatform.Contracts.Devices;

namespace WaPlatform.Gateway.Messages;

/// <summary>
/// Tells the owners of devices that there are messages for them, without anybody waiting for it. One call a device at a time: what comes meanwhile
/// is told by the next one. An owner that cannot be reached finds the rows by itself.
/// </summary>
internal sealed partial class QueueBell(IGrainFactory grains, TimeProvider timeProvider, ILogger<QueueBell> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Ring> _rings = new(StringComparer.Ordinal);

    /// <param name="indexed">Completes when the messages are in the queue's index; false if they could not be put there.</param>
    public void Tell(string phoneNumber, Task<bool> indexed)
    {
        var ring = _rings.GetOrAdd(phoneNumber, _ => new Ring());
        lock (ring)
        {
            ring.Indexed.Add(indexed);
            if (ring.Telling.IsCompleted)
            {
                ring.Telling = Task.Run(() => TellAsync(phoneNumber, ring));
            }
        }
    }

    /// <summary>Waits for the calls that are under way.</summary>
    public Task EndAsync() => Task.WhenAll(_rings.Values.Select(ring => ring.Telling));

    private async Task TellAsync(string phoneNumber, Ring ring)
    {
        while (true)
        {
            List<Task<bool>> told;
            lock (ring)
            {
                if (ring.Indexed.Count == 0)
                {
                    ring.Telling = Task.CompletedTask;
                    return;
                }

                (told, ring.Indexed) = (ring.Indexed, []);
            }

            try
            {
                var unindexed = (await Task.WhenAll(told)).Contains(false);
                await grains.GetGrain<IDeviceGrain>(phoneNumber).WakeQueueAsync(unindexed).WaitAsync(Patience, timeProvider);
            }
            catch (Exception exception)
            {
                // By design every failure: the messages are stored, and nobody waits for this.
                Log.NotTold(logger, exception.GetType().Name);
            }
        }
    }

    private sealed class Ring
    {
        public List<Task<bool>> Indexed { get; set; } = [];

        public Task Telling { get; set; } = Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The owner of a device could not be told of stored messages ({Cause}); it finds them by itself.")]
        public static partial void NotTold(ILogger logger, string cause);
    }
}
