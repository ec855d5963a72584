using System.Globalization;
using System.Text.Json;

namespace WaPlatform.Tests.Simulator.OpenApi;

/// <summary>Compares an answer with the documented schema: types, required members, nothing undocumented.</summary>
internal static class Shape
{
    public static IEnumerable<string> Of(Operation operation, JsonElement answer) => Of(operation, operation.Answer.Schema, answer, "");

    private static IEnumerable<string> Of(Operation operation, Schema schema, JsonElement value, string path)
    {
        if (Correction.At(operation, path) is { } correction)
        {
            if (correction.Instead is not { } instead)
            {
                return [];
            }

            schema = instead;
        }

        return value.ValueKind switch
        {
            // Go writes a nil slice, map or pointer as null.
            JsonValueKind.Null => schema.Type is "array" or "object" or "string" ? [] : [$"{path}: null, documented {schema.Type}"],
            JsonValueKind.Object when schema.Type == "object" => Members(operation, schema, value, path),
            JsonValueKind.Array when schema.Type == "array" => Items(operation, schema, value, path),
            JsonValueKind.String when schema.Type == "string" => Text(schema, value.GetString()!, path),
            JsonValueKind.Number when schema.Type is "integer" or "number" => [],
            JsonValueKind.True or JsonValueKind.False when schema.Type == "boolean" => [],
            var kind => [$"{path}: {kind}, documented \"{schema.Type}\""],
        };
    }

    private static IEnumerable<string> Members(Operation operation, Schema schema, JsonElement value, string path)
    {
        // A schema without properties says only that there is an object.
        if (schema.Properties.Count == 0)
        {
            yield break;
        }

        foreach (var name in schema.Required.Where(name => !value.TryGetProperty(name, out _) && Correction.At(operation, $"{path}/{name}") is null))
        {
            yield return $"{path}/{name}: missing";
        }

        foreach (var member in value.EnumerateObject())
        {
            var at = $"{path}/{member.Name}";
            if (!schema.Properties.TryGetValue(member.Name, out var documented) && Correction.At(operation, at) is null)
            {
                yield return $"{at}: not documented";
                continue;
            }

            foreach (var mismatch in Of(operation, documented ?? new Schema(), member.Value, at))
            {
                yield return mismatch;
            }
        }
    }

    private static IEnumerable<string> Items(Operation operation, Schema schema, JsonElement value, string path)
    {
        if (value.GetArrayLength() == 0)
        {
            yield return $"{path}: empty, so nothing is shown of its items";
        }

        foreach (var mismatch in value.EnumerateArray().SelectMany(item => Of(operation, schema.Items!, item, $"{path}[]")))
        {
            yield return mismatch;
        }
    }

    private static IEnumerable<string> Text(Schema schema, string text, string path)
    {
        if (schema.Format == "date-time" && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _))
        {
            yield return $"{path}: \"{text}\", documented as a time";
        }
    }
}
