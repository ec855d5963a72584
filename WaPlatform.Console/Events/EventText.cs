using System.Text.Encodings.Web;
using System.Text.Json;
using WaPlatform.Console.Http;
using WaPlatform.Console.Live;

namespace WaPlatform.Console.Events;

/// <summary>An event as readable JSON. It is shown as text: what is in it never becomes part of the page.</summary>
public static class EventText
{
    private static readonly ApiJson Readable = new(new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static string Of(JournalEvent entry) => JsonSerializer.Serialize(entry, Readable.JournalEvent);
}
