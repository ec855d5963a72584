using System.Buffers;
using System.Globalization;
using System.Text.Json;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Messages;

/// <summary>The text parts of a form, on their way to a <see cref="SendRequest"/>: a form has no types, so the members' own say how each text is read.</summary>
internal sealed class FormMembers
{
    private const string ListMark = "[]";

    private readonly Dictionary<string, List<string>> _texts = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The type of message, if its part has come already.</summary>
    public string? Type => _texts.TryGetValue("type", out var texts) ? texts[0] : null;

    /// <param name="name">Of the part; lists may have [] behind it.</param>
    public void Add(string name, string text)
    {
        var member = name.EndsWith(ListMark, StringComparison.Ordinal) ? name[..^ListMark.Length] : name;
        if (SendJson.Members.ContainsKey(member))
        {
            (_texts.TryGetValue(member, out var texts) ? texts : _texts[member] = []).Add(text);
        }
    }

    /// <returns>Null if there is something in <paramref name="errors"/>.</returns>
    public SendRequest? ToRequest(FieldErrors errors)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, texts) in _texts)
            {
                Write(json, name, texts, errors);
            }

            json.WriteEndObject();
        }

        return errors.Any ? null : JsonSerializer.Deserialize(buffer.WrittenSpan, SendJson.Send);
    }

    private static void Write(Utf8JsonWriter json, string name, List<string> texts, FieldErrors errors)
    {
        var type = SendJson.Members[name];
        if (type == typeof(string[]))
        {
            json.WriteStartArray(name);
            texts.ForEach(json.WriteStringValue);
            json.WriteEndArray();
        }
        else if (texts.Count > 1)
        {
            errors.Add(name, "Is given more than once.");
        }
        else if (type == typeof(string))
        {
            json.WriteString(name, texts[0]);
        }
        else if (texts[0].Length == 0)
        {
            // An input that was left empty.
        }
        else if (type == typeof(bool))
        {
            var flag = texts[0].ToLowerInvariant() switch { "true" or "1" or "on" => true, "false" or "0" or "off" => (bool?)false, _ => null };
            errors.Require(flag is not null, name, "Must be true or false.");
            json.WriteBoolean(name, flag ?? false);
        }
        else
        {
            errors.Require(int.TryParse(texts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number), name, "Must be a whole number.");
            json.WriteNumber(name, number);
        }
    }
}
