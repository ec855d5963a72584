using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace WaPlatform.Simulator.Json;

/// <summary>JSON as Go's encoding/json writes it: &lt;, &gt; and &amp; escaped, lower-case hex, nothing else beyond the control characters.</summary>
internal static class GoJson
{
    /// <summary>An object with the keys in the order given: a Go struct.</summary>
    public static JsonObject Struct(params ReadOnlySpan<(string Key, JsonNode? Value)> members)
    {
        var result = new JsonObject();
        foreach (var (key, value) in members)
        {
            result[key] = value;
        }

        return result;
    }

    /// <summary>An object with the keys sorted: a Go map.</summary>
    public static JsonObject Map(params ReadOnlySpan<(string Key, JsonNode? Value)> members)
    {
        var sorted = members.ToArray();
        Array.Sort(sorted, static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        return Struct(sorted);
    }

    /// <summary>A list of anything as an array.</summary>
    public static JsonArray List<T>(IEnumerable<T> items, Func<T, JsonNode?> convert)
    {
        var array = new JsonArray();
        foreach (var item in items)
        {
            array.Add(convert(item));
        }

        return array;
    }

    public static byte[] ToBytes(JsonNode? node) => Encoding.UTF8.GetBytes(ToText(node));

    public static string ToText(JsonNode? node)
    {
        var text = new StringBuilder(256);
        Write(text, node);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonNode? node)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject value:
                WriteObject(text, value);
                break;
            case JsonArray value:
                WriteArray(text, value);
                break;
            case JsonValue value when value.TryGetValue<string>(out var content):
                WriteString(text, content);
                break;
            case JsonValue value when value.TryGetValue<double>(out var number) && !value.TryGetValue<long>(out _):
                text.Append(number.ToString("R", CultureInfo.InvariantCulture));
                break;
            default:
                text.Append(node.ToJsonString());
                break;
        }
    }

    private static void WriteObject(StringBuilder text, JsonObject value)
    {
        text.Append('{');
        var first = true;
        foreach (var (key, member) in value)
        {
            if (!first)
            {
                text.Append(',');
            }

            first = false;
            WriteString(text, key);
            text.Append(':');
            Write(text, member);
        }

        text.Append('}');
    }

    private static void WriteArray(StringBuilder text, JsonArray value)
    {
        text.Append('[');
        for (var i = 0; i < value.Count; i++)
        {
            if (i > 0)
            {
                text.Append(',');
            }

            Write(text, value[i]);
        }

        text.Append(']');
    }

    private static readonly SearchValues<char> Escaped =
        SearchValues.Create("\"\\<>&\u2028\u2029" + new string([.. Enumerable.Range(0, 32).Select(static c => (char)c)]));

    private static void WriteString(StringBuilder text, string content)
    {
        text.Append('"');
        var rest = content.AsSpan();
        while (rest.IndexOfAny(Escaped) is var at and >= 0)
        {
            text.Append(rest[..at]);
            AppendEscape(text, rest[at]);
            rest = rest[(at + 1)..];
        }

        text.Append(rest).Append('"');
    }

    private static void AppendEscape(StringBuilder text, char character) => _ = character switch
    {
        '"' => text.Append("\\\""),
        '\\' => text.Append(@"\\"),
        '\n' => text.Append(@"\n"),
        '\r' => text.Append(@"\r"),
        '\t' => text.Append(@"\t"),
        '\b' => text.Append(@"\b"),
        '\f' => text.Append(@"\f"),
        _ => text.Append(CultureInfo.InvariantCulture, $@"\u{(int)character:x4}"),
    };
}
