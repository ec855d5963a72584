using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Events;
using WaPlatform.Data;
using WaPlatform.Data.Events;

namespace WaPlatform.Jobs.Webhooks;

/// <summary>An event of the journal as webhooks post it; its text is made once for all of them.</summary>
/// <param name="message">The outbound message that it tells of.</param>
/// <param name="traceParent">That message's trace.</param>
internal sealed class OutgoingEvent(JournalEvent row, Guid? message, string? traceParent)
{
    private static readonly JsonElement Nothing = JsonElement.Parse("null");

    private readonly Lazy<byte[]> _body = new(() => Write(row));

    public long Place => row.Id;

    public string Type => row.Type;

    public string? PhoneNumber => row.PhoneNumber;

    /// <summary>Characters that it holds in memory, about.</summary>
    public int Size => row.Data.Length;

    /// <summary>The public Event (api.md §6) as UTF-8.</summary>
    public byte[] Body => _body.Value;

    /// <summary>The outbound message that it tells of; null if it is about none.</summary>
    public Guid? MessageId => message;

    /// <summary>The trace of the message that it tells of; null if it is about none, or that has none.</summary>
    public string? TraceParent => traceParent;

    /// <summary>Rows as they are posted, with the traces of the messages that they tell of: one query for all, and none if there are no such messages.</summary>
    public static async Task<List<OutgoingEvent>> ReadAsync(WaDbContext db, List<JournalEvent> rows, CancellationToken cancellationToken)
    {
        var told = rows.ConvertAll(row => (Row: row, Message: FindMessage(row)));
        var ids = told.Select(e => e.Message).OfType<Guid>().Distinct().ToList();
        var traces = ids.Count == 0 ? [] : await db.Messages.Where(m => ids.Contains(m.Id) && m.TraceParent != null).ToDictionaryAsync(m => m.Id, m => m.TraceParent, cancellationToken);
        return told.ConvertAll(e => new OutgoingEvent(e.Row, e.Message, traces.GetValueOrDefault(e.Message ?? default)));
    }

    /// <summary>The body of a request.</summary>
    public static byte[] Write(EventView e) => JsonSerializer.SerializeToUtf8Bytes(e, WireJson.Options);

    /// <summary>The body of a request that posts an event of the journal.</summary>
    // The data goes in as it is stored: text in it that is no Unicode can be copied, but not be read and written anew, and one such event would stop all after it.
    public static byte[] Write(JournalEvent row)
    {
        var head = Write(EventView.Of(row.ToEvent()) with { Data = Nothing }).AsSpan();
        return [.. head[..^"null}".Length], .. Encoding.UTF8.GetBytes(row.Data), (byte)'}'];
    }

    private static Guid? FindMessage(JournalEvent row)
    {
        if (row.Type != EventTypes.MessageStatus)
        {
            return null;
        }

        var data = JsonElement.Parse(row.Data);
        return data.ValueKind == JsonValueKind.Object && data.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String && id.TryGetGuid(out var message) ? message : null;
    }
}
