using System.Text;
using WaPlatform.Simulator.Slots;

namespace WaPlatform.Simulator.Http;

/// <summary>One request on its way: the raw path and query, the slot the device middleware found, the body.</summary>
internal sealed class RequestContext(HttpContext http, string method, string path, string queryText)
{
    private static readonly Dictionary<string, string> NoParameters = [];
    private Dictionary<string, string>? _query;
    private Slot? _slot;

    public HttpContext Http { get; } = http;

    public string Method { get; } = method;

    /// <summary>Path as sent, not decoded.</summary>
    public string Path { get; } = path;

    /// <summary>Path parameters, not percent-decoded.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; set; } = NoParameters;

    /// <summary>The slot the request is about. Only on routes of <see cref="RouteScope.Device"/>.</summary>
    public Slot Slot
    {
        get => _slot ?? throw new InvalidOperationException("The route is not device-scoped.");
        set => _slot = value;
    }

    public string? Header(string name) => Http.Request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>A query value, decoded; "" when absent. The first wins, as in fasthttp.</summary>
    public string Query(string name) => (_query ??= ParseQuery(queryText)).GetValueOrDefault(name, "");

    public bool HasQuery(string name) => (_query ??= ParseQuery(queryText)).ContainsKey(name);

    /// <summary>A query number; <paramref name="fallback"/> when absent or no number.</summary>
    public int QueryInt(string name, int fallback) => int.TryParse(Query(name), out var value) ? value : fallback;

    /// <summary>The link to a file under statics/ in the words of the caller: scheme and Host header as sent.</summary>
    public string Link(string basePath, string file) => $"http://{Http.Request.Headers.Host}{basePath}/{file}";

    public async Task<byte[]> ReadBodyAsync(CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await Http.Request.Body.CopyToAsync(buffer, cancellationToken);
        return buffer.ToArray();
    }

    internal static Dictionary<string, string> ParseQuery(string text)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = at < 0 ? (pair, "") : (pair[..at], pair[(at + 1)..]);
            result.TryAdd(Unescape(name), Unescape(value));
        }

        return result;
    }

    /// <summary>Query-unescapes: + is a space, a broken escape stays as it is.</summary>
    internal static string Unescape(string text)
    {
        if (text.AsSpan().IndexOfAny('%', '+') < 0)
        {
            return text;
        }

        var bytes = new List<byte>(text.Length);
        var raw = Encoding.UTF8.GetBytes(text);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] == '%' && i + 2 < raw.Length && Hex(raw[i + 1]) is >= 0 and var high && Hex(raw[i + 2]) is >= 0 and var low)
            {
                bytes.Add((byte)((high << 4) | low));
                i += 2;
            }
            else
            {
                bytes.Add(raw[i] == '+' ? (byte)' ' : raw[i]);
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static int Hex(byte character) => character switch
    {
        >= (byte)'0' and <= (byte)'9' => character - '0',
        >= (byte)'a' and <= (byte)'f' => character - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => character - 'A' + 10,
        _ => -1,
    };
}
