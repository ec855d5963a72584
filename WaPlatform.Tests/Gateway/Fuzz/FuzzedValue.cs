using System.Text.Json.Nodes;

namespace WaPlatform.Tests.Gateway.Fuzz;

/// <summary>Makes values for a schema of the API's description: right ones, those at a boundary, and broken ones.</summary>
internal sealed class FuzzedValue(JsonObject components, Random random)
{
    /// <summary>What is not taken as it stands in some format or other; names no host that would be looked up.</summary>
    public static readonly string[] Texts =
    [
        "", " ", "\0", "a\0b", "\u0001\u001f", "\ud800", "\udfff\ud800", "👩‍👩‍👧‍👦", "‮abc", "İstanbul", "ﷺ", "null", "true", "-1", "1e309", "NaN", "../../etc/passwd", "%00", "%2e%2e%2f", "'; DROP TABLE devices;--",
        "\" OR \"\"=\"", "<script>alert(1)</script>", "${jndi:ldap://127.0.0.1/x}", "{{7*7}}", "\r\nX-Evil: 1", "5511999990001", "+5511999990001", "5511999990001@s.whatsapp.net", "5511999990001@c.us", "120363000000000000@g.us",
        "0", "999999999999999999999999999999", "2026-01-31T12:00:00Z", "9999-12-31T23:59:59.9999999+14:00", "0001-01-01T00:00:00-14:00", "http://127.0.0.1:1/x", "http://[::1]/", "http://169.254.169.254/latest", "file:///etc/passwd",
        "socks5://u:p@192.0.2.1:1080", "0197a0a0-0000-7000-8000-000000000000", "00000000-0000-0000-0000-000000000000", "connected", "queued,sent", "text", "image", "*", "message.*", "all", "device-5511999990001", "MTIzNA", "AAAA",
        "٠١٢٣٤٥٦", "e\u0301", new string('x', 300), new string('é', 5000), new string('9', 400),
    ];

    private static readonly double[] Numbers = [0, -0.0, 1, -1, 0.5, 1e-300, 1e308, int.MaxValue, (double)int.MaxValue + 1, int.MinValue, long.MaxValue, 255, 256, 500, 501, 1000, 3_600_000, 3_600_001];

    private const int MaxDepth = 4;

    public string Text() => Texts[random.Next(Texts.Length)];

    /// <summary>A value that the schema may mean, or one that it does not.</summary>
    public JsonNode? For(JsonNode? schema, int depth = 0)
    {
        if (random.Next(8) == 0)
        {
            return Wrong(depth);
        }

        if (schema is not JsonObject described || depth > MaxDepth)
        {
            return Scalar();
        }

        if (described["$ref"] is { } reference)
        {
            return For(components[reference.GetValue<string>().Split('/')[^1]], depth);
        }

        if ((described["oneOf"] ?? described["anyOf"] ?? described["allOf"]) is JsonArray { Count: > 0 } choices)
        {
            return For(choices[random.Next(choices.Count)], depth);
        }

        if (described["enum"] is JsonArray { Count: > 0 } names)
        {
            return names[random.Next(names.Count)]?.DeepClone();
        }

        return TypeOf(described["type"]) switch
        {
            "object" => Object(described, depth),
            "array" => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => For(described["items"], depth + 1))]),
            "integer" => JsonValue.Create(random.Next(2) == 0 ? random.Next(-2, 1002) : (long)random.NextInt64()),
            "number" => JsonValue.Create(Numbers[random.Next(Numbers.Length)]),
            "boolean" => JsonValue.Create(random.Next(2) == 0),
            _ => JsonValue.Create(Text()),
        };
    }

    private static string? TypeOf(JsonNode? type) => type switch
    {
        JsonArray several => several.Select(name => name?.GetValue<string>()).FirstOrDefault(name => name != "null"),
        JsonValue one => one.GetValue<string>(),
        _ => "object",
    };

    private JsonObject Object(JsonObject schema, int depth)
    {
        var made = new JsonObject();
        foreach (var (name, property) in schema["properties"] as JsonObject ?? [])
        {
            // Nearly all there, so that some get past the first check.
            if (random.Next(4) != 0)
            {
                made[name] = For(property, depth + 1);
            }
        }

        if (random.Next(10) == 0)
        {
            made[$"unknown{random.Next(10)}"] = Scalar();
        }

        return made;
    }

    private JsonNode? Wrong(int depth) => random.Next(5) switch
    {
        0 => null,
        1 => new JsonArray(Scalar(), Scalar()),
        2 when depth <= MaxDepth => new JsonObject { ["a"] = Scalar() },
        _ => Scalar(),
    };

    private JsonValue Scalar() => random.Next(4) switch
    {
        0 => JsonValue.Create(random.Next(2) == 0),
        1 => JsonValue.Create(Numbers[random.Next(Numbers.Length)]),
        _ => JsonValue.Create(Text()),
    };
}
