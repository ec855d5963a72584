using WaPlatform.Contracts.Events;
using WaPlatform.Data;
using WaPlatform.Gateway.Access;

namespace WaPlatform.Gateway.Events;

/// <summary>
/// Follows the journal for one reader: first what it missed, then what comes, from one place to the next, so that nothing is between. It takes events from
/// where they are, at the reader's pace; nothing is queued for it.
/// </summary>
internal sealed partial class EventStream(EventReader reader, EventWindow window, HubMetrics metrics, TimeProvider timeProvider, ILogger<EventStream> logger)
{
    private const int PageSize = 200;

    // Below the idle limit of every common reverse proxy.
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);

    /// <summary>Writes until the reader goes or is cut off, its session ends, or <paramref name="cancellationToken"/>.</summary>
    /// <param name="after">Place of the last event that the reader has; null = it wants what comes.</param>
    public async Task RunAsync(HttpContext context, long? after, EventFilter filter, CancellationToken cancellationToken)
    {
        metrics.StreamOpened();
        try
        {
            await FollowAsync(context, after, filter, new SseWriter(context.Response.BodyWriter, timeProvider, cancellationToken), cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The reader has gone, or the gateway stops.
        }
        catch (TimeoutException)
        {
            metrics.StreamCutOff();
            Log.CutOff(logger, context.Connection.Id);
            context.Abort();
        }
        catch (Exception exception) when (exception.IsDatabaseUnavailable())
        {
            // The reader comes again by itself, and goes on where it was.
            Log.JournalAway(logger, exception.Message);
        }
        finally
        {
            metrics.StreamClosed();
        }
    }

    private async Task FollowAsync(HttpContext context, long? after, EventFilter filter, SseWriter writer, CancellationToken cancellationToken)
    {
        var (place, writtenAt, lookedAt) = (after ?? await reader.EndAsync(cancellationToken), timeProvider.GetTimestamp(), timeProvider.GetTimestamp());
        writer.Comment("following", EventCursor.Of(place));
        await writer.FlushAsync();
        while (true)
        {
            var more = window.More;
            var page = await reader.ReadAsync(place, filter, PageSize, cancellationToken);
            if (page.Missed)
            {
                writer.Named("missed", $$"""{"after":"{{EventCursor.Of(place)}}"}""");
            }

            foreach (var told in page.Events)
            {
                await writer.EventAsync(EventCursor.Of(told.Place), told.Json);
            }

            place = page.End;
            if (page.Events.Count == 0 && timeProvider.GetElapsedTime(writtenAt) >= HeartbeatInterval)
            {
                writer.Comment("alive", EventCursor.Of(place));
            }

            if (writer.HasUnflushed)
            {
                await writer.FlushAsync();
                writtenAt = timeProvider.GetTimestamp();
            }

            if (timeProvider.GetElapsedTime(lookedAt) >= StandingCaller.Interval)
            {
                if (!await StandingCaller.StandsAsync(context, Scopes.EventsRead))
                {
                    return;
                }

                lookedAt = timeProvider.GetTimestamp();
            }

            if (!page.IsFull)
            {
                await more.WaitAsync(StandingCaller.Interval, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The reader of an event stream on connection {ConnectionId} does not keep up and is cut off.")]
        public static partial void CutOff(ILogger logger, string connectionId);

        [LoggerMessage(2, LogLevel.Warning, "An event stream was ended because the journal can't be read. {Reason}")]
        public static partial void JournalAway(ILogger logger, string reason);
    }
}
