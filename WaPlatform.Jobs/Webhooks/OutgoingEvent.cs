using System.Text;
using System.Text.Json;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Events;
using WaPlatform.Data.Events;

namespace WaPlatform.Jobs.Webhooks;

/// <summary>An event of the journal as webhooks post it; its text is made once for all of them.</summary>
internal sealed class OutgoingEvent(JournalEvent row)
{
    private static readonly JsonElement Nothing = JsonElement.Parse("null");

    private readonly Lazy<byte[]> _body = new(() => Write(row));
    private readonly Lazy<Guid?> _message = new(() => FindMessage(row));

    public long Place => row.Id;

    public string Type => row.Type;

    public string? PhoneNumber => row.PhoneNumber;

    /// <summary>Characters that it holds in memory, about.</summary>
    public int Size => row.Data.Length;

    /// <summary>The public Event (api.md §6) as UTF-8.</summary>
    public byte[] Body => _body.Value;

    /// <summary>The outbound message that it tells of; null if it is about none.</summary>
    public Guid? MessageId => _message.Value;

    /// <summary>The body of a request.</summary>
    public static byte[] Write(EventView e) => JsonSerializer.SerializeToUtf8Bytes(e, WireJson.Options);

    // The data goes in as it is stored: text in it that is no Unicode can be copied, but not be read and written anew, and one such event would stop all after it.
    private static byte[] Write(JournalEvent row)
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
