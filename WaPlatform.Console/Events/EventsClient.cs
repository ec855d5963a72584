using WaPlatform.Console.Http;
using WaPlatform.Console.Live;

namespace WaPlatform.Console.Events;

/// <summary>The journal's events, as stored.</summary>
public sealed class EventsClient(ApiClient api)
{
    private const int LargestPage = 500;

    /// <summary>Events after a cursor, oldest first.</summary>
    /// <param name="after">Null: from the oldest that is kept.</param>
    public Task<EventsPage> ListAsync(string? after, string? device, string? type, CancellationToken cancellationToken) => api.GetAsync(
        ApiClient.Path("/api/events", ("after", after), ("device", device), ("type", type), ("limit", $"{LargestPage}")), ApiJson.Default.EventsPage, cancellationToken);
}

/// <param name="Missed">Events after the cursor are no longer kept.</param>
public sealed record EventsPage(IReadOnlyList<JournalEvent> Items, string? Next, bool Missed = false);
