namespace WaPlatform.Gateway.Events;

/// <summary>
/// Tells a hub connection what it missed, and lets it go on live (docs/decisions/0015-readers-go-by-place.md). The client's reading sets the pace, so whatever
/// it missed, no more than a page of it is in memory; SignalR ends a connection that takes nothing for ten seconds.
/// </summary>
internal sealed class HubReplay(EventReader reader, EventDispatcher dispatcher)
{
    private const int PageSize = 200;

    /// <summary>Completes when the client has all that it missed, and hears live again.</summary>
    /// <param name="cursor">Place of the last event that the client has.</param>
    /// <returns>Whether events after the cursor were removed from the journal.</returns>
    /// <exception cref="OperationCanceledException">The connection has ended.</exception>
    public async Task<bool> RunAsync(Subscriber subscriber, long cursor, CancellationToken cancellationToken)
    {
        var heard = dispatcher.Hold(subscriber);
        var filter = EventFilter.Of(heard.Rooms, subscriber.Access);
        var (place, missed) = (cursor, false);
        try
        {
            await subscriber.DrainAsync(cancellationToken);
            if (cursor < heard.Since)
            {
                // What it was told while it was about to resume is not told again.
                while (place < heard.Since)
                {
                    await StepAsync(heard.Since);
                }

                place = heard.HeldAt ?? place;
            }

            while (!dispatcher.TryGoOn(subscriber, place))
            {
                await StepAsync(long.MaxValue);
            }

            await subscriber.DrainAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // It is told that it could not resume; better than to hear nothing is to hear what comes.
            dispatcher.Move(subscriber, heard.Rooms);
            throw;
        }

        return missed;

        async Task StepAsync(long until)
        {
            var page = await reader.ReadAsync(place, filter, PageSize, cancellationToken);
            await SendAsync(subscriber, page.Events.TakeWhile(told => told.Place <= until), cancellationToken);
            (place, missed) = (Math.Min(page.End, until), missed || page.Missed);
        }
    }

    private async Task SendAsync(Subscriber subscriber, IEnumerable<ToldEvent> events, CancellationToken cancellationToken)
    {
        foreach (var told in events)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await subscriber.WriteAsync(dispatcher.Serialize(HubFrames.EventOf(told.Event)));
        }

        // A connection that was cut off writes nothing, and says nothing of it.
        cancellationToken.ThrowIfCancellationRequested();
    }
}
