using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WaPlatform.Tests.Gateway.Fuzz;

/// <summary>One request as it goes over the wire.</summary>
internal sealed record FuzzedCall(string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, string? ContentType, byte[]? Body)
{
    public override string ToString() =>
        $"{Method} {Target} {string.Join(' ', Headers.Select(header => $"[{header.Name}: {header.Value}]"))} {ContentType} {(Body is null ? "" : Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(Body.Length, 400))))}";

    public HttpRequestMessage ToRequest(Uri address)
    {
        // Its own form of the path would be another one than was made.
        var uri = new Uri(address.GetLeftPart(UriPartial.Authority) + Target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(Method), uri);
        foreach (var (name, value) in Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (Body is not null)
        {
            request.Content = new ByteArrayContent(Body);
            if (ContentType is not null)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
            }
        }

        return request;
    }
}

/// <summary>Makes requests from the API's description, the same ones for the same seed.</summary>
internal sealed class FuzzedCalls
{
    private static readonly string[] ContentTypes =
        ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "application/json; charset=nonsense", "a/b/c", ""];

    private static readonly string[] Accepts = ["*/*", "application/json", "image/png", "text/plain", "application/xml", "q=;;,,", "text/event-stream;q=0"];

    private static readonly string[] Phones = ["5511999990001", "5511999990002", "%2B5511999990001", "5511999990001@s.whatsapp.net", "5511999990009"];

    private static readonly JsonSerializerOptions Loose = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<(string Method, string Path, JsonObject Operation)> _operations = [];
    private readonly Random _random;
    private readonly FuzzedValue _values;

    public FuzzedCalls(JsonObject document, int seed)
    {
        _random = new Random(seed);
        _values = new FuzzedValue(document["components"]?["schemas"] as JsonObject ?? [], _random);
        foreach (var (path, item) in document["paths"]!.AsObject())
        {
            _operations.AddRange(item!.AsObject().Where(member => member.Value is JsonObject).Select(member => (member.Key.ToUpperInvariant(), path, member.Value!.AsObject())));
        }
    }

    public int Operations => _operations.Count;

    /// <summary>The next one: each operation in turn.</summary>
    public FuzzedCall Next(int number)
    {
        var (method, path, operation) = _operations[number % _operations.Count];
        var parameters = operation["parameters"] as JsonArray ?? [];
        foreach (var parameter in parameters.Where(parameter => parameter?["in"]?.GetValue<string>() == "path"))
        {
            var name = parameter!["name"]!.GetValue<string>();
            path = path.Replace($"{{{name}}}", name == "phone" && _random.Next(4) != 0 ? Phones[_random.Next(Phones.Length)] : Escape(_values.Text()), StringComparison.Ordinal);
        }

        var query = parameters.Where(parameter => parameter?["in"]?.GetValue<string>() == "query" && _random.Next(3) == 0)
            .SelectMany(parameter => Enumerable.Repeat($"{parameter!["name"]}={Escape(Plain(_values.For(parameter["schema"])))}", _random.Next(12) == 0 ? 3 : 1)).ToList();
        var headers = new List<(string, string)> { ("Accept", Accepts[_random.Next(Accepts.Length)]) };
        if (_random.Next(4) == 0)
        {
            headers.Add(("Idempotency-Key", Header(_values.Text())));
        }

        var (contentType, body) = operation["requestBody"] is JsonObject described ? BodyFor(described) : _random.Next(20) == 0 ? ("application/json", "{}"u8.ToArray()) : (null, null);
        return new FuzzedCall(method, query.Count == 0 ? path : $"{path}?{string.Join('&', query)}", headers, contentType, body);
    }

    private (string?, byte[]?) BodyFor(JsonObject described)
    {
        var content = described["content"]!.AsObject();
        var (contentType, media) = content.ElementAt(_random.Next(content.Count));
        var value = _values.For(media?["schema"]);
        var json = Encoding.UTF8.GetBytes(value?.ToJsonString(Loose) ?? "null");
        if (contentType.StartsWith("multipart/", StringComparison.Ordinal))
        {
            return ("multipart/form-data; boundary=----b", Form(value as JsonObject ?? []));
        }

        return _random.Next(12) switch
        {
            0 => (contentType, json[..(json.Length / 2)]),
            1 => (contentType, [.. json, .. "}]"u8]),
            2 => (ContentTypes[_random.Next(ContentTypes.Length)], json),
            3 => (contentType, Flipped(json)),
            4 => (null, null),
            _ => (contentType, json),
        };
    }

    private byte[] Form(JsonObject members)
    {
        var form = new StringBuilder();
        foreach (var (name, value) in members)
        {
            var file = name == "media" || _random.Next(10) == 0 ? "; filename=\"a.png\"\r\nContent-Type: image/png" : "";
            form.Append("------b\r\nContent-Disposition: form-data; name=\"").Append(name).Append('"').Append(file).Append("\r\n\r\n").Append(Plain(value)).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(_random.Next(8) == 0 ? form.ToString() : form.Append("------b--\r\n").ToString());
    }

    private byte[] Flipped(byte[] json)
    {
        var broken = (byte[])json.Clone();
        for (var n = _random.Next(1, 4); n > 0 && broken.Length > 0; n--)
        {
            broken[_random.Next(broken.Length)] = (byte)_random.Next(256);
        }

        return broken;
    }

    private static string Plain(JsonNode? value) => value is JsonValue scalar && scalar.TryGetValue<string>(out var text) ? text : value?.ToJsonString(Loose) ?? "";

    // Lone surrogates have no bytes: as their replacement.
    private static string Escape(string text) => Uri.EscapeDataString(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Length > 2000 ? text[..2000] : text)));

    private static string Header(string text) => new([.. text.Where(c => c is > ' ' and <= '~').Take(200)]);
}
