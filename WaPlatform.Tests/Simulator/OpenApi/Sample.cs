using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using WaPlatform.Tests.Simulator.Replay;

namespace WaPlatform.Tests.Simulator.OpenApi;

/// <summary>Builds a good request for an operation from its examples, with values of the running world where an example cannot know them.</summary>
internal sealed class Sample(Operation operation, IReadOnlyDictionary<string, string> known)
{
    private static readonly Dictionary<string, (string Name, string Type)> Files = new()
    {
        ["audio"] = ("a.mp3", "audio/mpeg"),
        ["video"] = ("a.mp4", "video/mp4"),
        ["file"] = ("a.pdf", "application/pdf"),
    };

    public HttpRequestMessage Request(string slot)
    {
        var request = new HttpRequestMessage(new HttpMethod(operation.Method), new Uri(Path() + Query(), UriKind.Relative)) { Content = Body() };
        request.Headers.Add("X-Device-Id", slot);
        if (known.TryGetValue("secret", out var secret))
        {
            request.Headers.Add("X-Chatwoot-Webhook-Secret", secret);
        }

        return request;
    }

    private string Path() => operation.Parameters.Where(parameter => parameter.In == "path")
        .Aggregate(operation.Path, (path, parameter) => path.Replace($"{{{parameter.Name}}}", Value(parameter.Name, parameter.Schema), StringComparison.Ordinal));

    private string Query()
    {
        var given = operation.Parameters
            .Where(parameter => parameter.In == "query" && (parameter.Required || parameter.Schema.Example is not null || known.ContainsKey(parameter.Name)))
            .Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(Value(parameter.Name, parameter.Schema))}");
        var query = string.Join('&', given);
        return query.Length == 0 ? "" : "?" + query;
    }

    private HttpContent? Body() => operation.Body switch
    {
        null => null,
        { Type: "multipart/form-data" } form => Form(form.Schema),
        var json => new StringContent((Json("", json.Schema) ?? new JsonObject()).ToJsonString(), Encoding.UTF8, "application/json"),
    };

    private MultipartFormDataContent Form(Schema schema)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, property) in schema.Properties)
        {
            if (property.Format == "binary")
            {
                var (file, type) = Files.GetValueOrDefault(name, ("a.png", "image/png"));
                var content = new ByteArrayContent(RecordedBody.Picture);
                content.Headers.ContentType = new MediaTypeHeaderValue(type);
                form.Add(content, name, file);
            }
            else if (property.Example is not null || known.ContainsKey(name))
            {
                form.Add(new StringContent(Value(name, property)), name);
            }
        }

        return form;
    }

    private JsonNode? Json(string name, Schema schema)
    {
        if (schema.Type == "object")
        {
            return new JsonObject(schema.Properties.Select(property => KeyValuePair.Create(property.Key, Json(property.Key, property.Value))));
        }

        if (schema.Type == "array")
        {
            var items = known.TryGetValue(name, out var list) ? list.Split(',') : schema.Examples.Count > 0 ? [.. schema.Examples] : [Value(name, schema.Items!)];
            return new JsonArray([.. items.Select(item => JsonValue.Create(item))]);
        }

        var text = Value(name, schema);
        return schema.Type switch
        {
            "integer" => int.Parse(text, CultureInfo.InvariantCulture),
            "number" => double.Parse(text, CultureInfo.InvariantCulture),
            "boolean" => text == "true",
            _ => text,
        };
    }

    private string Value(string name, Schema schema) => known.TryGetValue(name, out var value) ? value : schema.Example ?? schema.Type switch
    {
        "integer" => "1",
        "boolean" => "true",
        _ => $"no example for {name} of {operation.Name}",
    };
}
