using System.Net.ServerSentEvents;
using System.Text.Json;

namespace WaPlatform.Tests.Gateway.Events;

/// <summary>One connection to the event stream, read as the standard says, by a parser that is not ours.</summary>
internal sealed class SseConnection : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpResponseMessage _response;
    private readonly SseParser<string> _parser;
    private readonly IAsyncEnumerator<SseItem<string>> _items;

    private SseConnection(HttpResponseMessage response, Stream body, CancellationToken cancellationToken)
    {
        _response = response;
        _parser = SseParser.Create(body);
        _items = _parser.EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
    }

    /// <summary>Where the reader is.</summary>
    public string LastEventId => _parser.LastEventId;

    public static async Task<SseConnection> OpenAsync(HttpClient client, string query, string? lastEventId, CancellationToken cancellationToken, string? devices = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/events/stream{query}");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        if (devices is not null)
        {
            request.Headers.Add(JournalGateway.DevicesHeader, devices);
        }

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}: {(response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync(cancellationToken))}");
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new SseConnection(response, await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken);
    }

    /// <summary>The next item; null at the end of the stream.</summary>
    public async Task<(string Id, string Type, JsonElement Data)?> NextAsync(CancellationToken cancellationToken)
    {
        if (!await _items.MoveNextAsync().AsTask().WaitAsync(Patience, cancellationToken))
        {
            return null;
        }

        var item = _items.Current;
        return (item.EventId ?? "", item.EventType, JsonElement.Parse(item.Data));
    }

    /// <summary>So many next events.</summary>
    public async Task<List<JsonElement>> TakeAsync(int count, CancellationToken cancellationToken)
    {
        var events = new List<JsonElement>();
        while (events.Count < count)
        {
            var (id, type, data) = await NextAsync(cancellationToken) ?? throw new InvalidOperationException("The stream has ended.");
            Assert.Equal(("message", id), (type, data.GetProperty("id").GetString()));
            events.Add(data);
        }

        return events;
    }

    public ValueTask DisposeAsync()
    {
        // Not read to its end: the connection is cut.
        _response.Dispose();
        return ValueTask.CompletedTask;
    }
}
