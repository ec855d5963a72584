using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace WaPlatform.ProcessHost.Events;

/// <summary>
/// JSON of an engine, so that it can be written again. What an engine passes on may hold halves of characters, which a parser takes and no writer does:
/// one such event would be in the way of all that are told or listed with it.
/// </summary>
internal static class SoundJson
{
    private const string Replacement = "\\ufffd";

    /// <summary>The same JSON if all its text is Unicode, else with U+FFFD in the place of what is none.</summary>
    public static JsonElement Of(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Undefined)
        {
            return json;
        }

        var bytes = JsonMarshal.GetRawUtf8Value(json);
        var isUnicode = Utf8.IsValid(bytes);
        if (isUnicode && !bytes.Contains((byte)'\\'))
        {
            return json;
        }

        var text = Encoding.UTF8.GetString(bytes);
        var sound = Mend(text);
        return isUnicode && ReferenceEquals(sound, text) ? json : JsonElement.Parse(sound);
    }

    /// <summary>Replaces the escapes of surrogates that have no other half.</summary>
    internal static string Mend(string json)
    {
        var sound = new StringBuilder();
        var copied = 0;
        for (var i = json.IndexOf('\\', StringComparison.Ordinal); i >= 0; i = i < json.Length ? json.IndexOf('\\', i) : -1)
        {
            if (UnitAt(json, i) is not { } unit)
            {
                // Another escape, of two characters.
                i += 2;
            }
            else if (!char.IsSurrogate(unit))
            {
                i += 6;
            }
            else if (char.IsHighSurrogate(unit) && UnitAt(json, i + 6) is { } low && char.IsLowSurrogate(low))
            {
                i += 12;
            }
            else
            {
                sound.Append(json, copied, i - copied).Append(Replacement);
                copied = i += 6;
            }
        }

        return copied == 0 ? json : sound.Append(json, copied, json.Length - copied).ToString();
    }

    // Of an escape \uXXXX that begins there; null if none does.
    private static char? UnitAt(string json, int index) =>
        index + 6 <= json.Length && json[index] == '\\' && json[index + 1] == 'u'
        && ushort.TryParse(json.AsSpan(index + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;
}
