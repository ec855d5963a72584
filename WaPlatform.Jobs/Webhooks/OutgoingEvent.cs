using System.Text.Json;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Events;
using WaPlatform.Data.Events;

namespace WaPlatform.Jobs.Webhooks;

/// <summary>An event of the journal as webhooks post it; its text is made once for all of them.</summary>
internal sealed class OutgoingEvent(JournalEvent row)
{
    private readonly Lazy<byte[]> _body = new(() => Write(EventView.Of(row.ToEvent())));
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
