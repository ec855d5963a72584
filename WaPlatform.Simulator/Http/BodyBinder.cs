using System.Globalization;
using System.Text;
using System.Text.Json;

namespace WaPlatform.Simulator.Http;

/// <summary>
/// Binds JSON, form and multipart bodies as Fiber does, with its error texts (real.md §3.3.33). Every failure is a plain 500.
/// </summary>
internal static class BodyBinder
{
    public static async Task<BoundBody> BindAsync(this RequestContext context, BodySpec spec, CancellationToken cancellationToken)
    {
        var type = MediaType(context);
        switch (type)
        {
            case "application/json":
                return BindJson(await context.ReadBodyAsync(cancellationToken), spec);
            case "application/x-www-form-urlencoded":
                return BindForm(Encoding.UTF8.GetString(await context.ReadBodyAsync(cancellationToken)), spec);
            case "multipart/form-data":
                return await MultipartBinder.BindAsync(context, spec, cancellationToken);
            case "application/xml" or "text/xml":
                // The structs carry no xml names, so nothing lands in them.
                return new BoundBody();
            default:
                throw ApiException.Internal("Unprocessable Entity");
        }
    }

    public static string MediaType(RequestContext context)
    {
        var type = context.Http.Request.ContentType ?? "";
        var end = type.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? type : type[..end]).Trim().ToLowerInvariant();
    }

    public static BoundBody BindJson(byte[] bytes, BodySpec spec)
    {
        var body = new BoundBody();
        using var document = Parse(bytes);
        var root = document.RootElement;
        if (root.ValueKind == JsonValueKind.Null)
        {
            return body;
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            throw ApiException.Internal(
                $"bind from body: json: cannot unmarshal {GoKind(root.ValueKind)} into Go value of type {spec.GoType}");
        }

        foreach (var member in root.EnumerateObject())
        {
            if (spec.Find(member.Name) is { } field && member.Value.ValueKind != JsonValueKind.Null)
            {
                body.Set(field.Name, Convert(spec, field, member.Value));
            }
        }

        return body;
    }

    /// <summary>Parses, or throws the text Go's decoder has for it.</summary>
    public static JsonDocument Parse(byte[] bytes)
    {
        try
        {
            return JsonDocument.Parse(bytes);
        }
        catch (JsonException)
        {
            throw ApiException.Internal("bind from body: " + SyntaxError(bytes));
        }
    }

    public static BoundBody BindForm(string text, BodySpec spec)
    {
        var body = new BoundBody();
        foreach (var group in text.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(SplitPair).GroupBy(static pair => pair.Name))
        {
            SetText(body, spec, group.Key, [.. group.Select(static pair => pair.Value)]);
        }

        return body;
    }

    private static (string Name, string Value) SplitPair(string pair)
    {
        var at = pair.IndexOf('=', StringComparison.Ordinal);
        return at < 0
            ? (RequestContext.Unescape(pair), "")
            : (RequestContext.Unescape(pair[..at]), RequestContext.Unescape(pair[(at + 1)..]));
    }

    /// <summary>Sets a field from all values that a form gives it.</summary>
    public static void SetText(BoundBody body, BodySpec spec, string name, string[] values)
    {
        // Lists come as name, name[] or name[0].
        var bracket = name.IndexOf('[', StringComparison.Ordinal);
        if (spec.Find(bracket < 0 ? name : name[..bracket]) is not { } field)
        {
            return;
        }

        switch (field.Kind)
        {
            case FieldKind.Text:
                body.Set(field.Name, values[0]);
                break;
            case FieldKind.Texts:
                body.Set(field.Name, (IReadOnlyList<string>)[.. body.Texts(field.Name), .. values]);
                break;
            case FieldKind.Boolean:
                body.Set(field.Name, values[0] is not ("" or "0" or "f" or "F" or "false" or "FALSE" or "False"));
                break;
            case FieldKind.Integer when long.TryParse(values[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number):
                body.Set(field.Name, number);
                break;
            case FieldKind.Number when double.TryParse(values[0], CultureInfo.InvariantCulture, out var number):
                body.Set(field.Name, number);
                break;
            default:
                if (values[0].Length > 0)
                {
                    throw ApiException.Internal($"bind \"{field.GoPath}\" from body: schema: error converting value for \"{field.Name}\"");
                }

                break;
        }
    }

    private static object Convert(BodySpec spec, BodyField field, JsonElement value)
    {
        switch (field.Kind)
        {
            case FieldKind.Text when value.ValueKind == JsonValueKind.String:
                return value.GetString()!;
            case FieldKind.Boolean when value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                return value.GetBoolean();
            case FieldKind.Integer when value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number):
                return number;
            case FieldKind.Number when value.ValueKind == JsonValueKind.Number:
                return value.GetDouble();
            case FieldKind.Texts when value.ValueKind == JsonValueKind.Array:
                return value.EnumerateArray().Select(item => item.ValueKind switch
                {
                    JsonValueKind.String => item.GetString()!,
                    JsonValueKind.Null => "",
                    _ => throw WrongType(spec, field, item, "string"),
                }).ToList();
            default:
                throw WrongType(spec, field, value, field.GoType);
        }
    }

    private static ApiException WrongType(BodySpec spec, BodyField field, JsonElement value, string goType)
    {
        var kind = value.ValueKind == JsonValueKind.Number && goType == "int" ? "number " + value.GetRawText() : GoKind(value.ValueKind);
        return ApiException.Internal(
            $"bind \"{field.GoPath}\" from body: json: cannot unmarshal {kind} into Go struct field {spec.GoName}.{field.GoPath} of type {goType}");
    }

    public static string GoKind(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Array => "array",
        JsonValueKind.Object => "object",
        JsonValueKind.Number => "number",
        JsonValueKind.String => "string",
        _ => "bool",
    };

    private static string SyntaxError(byte[] bytes)
    {
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
            }

            return "unexpected end of JSON input";
        }
        catch (JsonException exception)
        {
            var at = (int)Math.Min(bytes.Length - 1, reader.BytesConsumed + (exception.BytePositionInLine is { } column && reader.BytesConsumed == 0 ? column : 0));
            return $"invalid character '{(char)bytes[at]}' looking for beginning of value";
        }
    }
}
