using YamlDotNet.RepresentationModel;

namespace WaPlatform.Tests.Simulator.OpenApi;

internal sealed record Parameter(string Name, string In, bool Required, Schema Schema);

/// <summary>A request body: media type and schema.</summary>
internal sealed record Content(string Type, Schema Schema);

/// <summary>One documented operation and its answer to a good request.</summary>
internal sealed record Operation(string Method, string Path, IReadOnlyList<Parameter> Parameters, Content? Body, Content Answer)
{
    private static readonly string[] Methods = ["get", "post", "put", "patch", "delete"];

    /// <summary>What the tests call it: <c>GET /devices</c>.</summary>
    public string Name => $"{Method} {Path}";

    public static IReadOnlyList<Operation> All { get; } = Load();

    private static List<Operation> Load()
    {
        var yaml = new YamlStream();
        using (var text = File.OpenText(System.IO.Path.Combine(AppContext.BaseDirectory, "Simulator", "Recorded", "openapi.yaml")))
        {
            yaml.Load(text);
        }

        var root = (YamlMappingNode)yaml.Documents[0].RootNode;
        return [.. Map(root["paths"]).Children.SelectMany(path => Map(path.Value).Children
            .Where(operation => Methods.Contains(Text(operation.Key)))
            .Select(operation => From(root, Text(operation.Key), Text(path.Key), Map(operation.Value))))];
    }

    private static Operation From(YamlMappingNode root, string method, string path, YamlMappingNode operation)
    {
        Schema Read(YamlNode node) => Schema.From(Resolve(node), Resolve);
        YamlMappingNode Resolve(YamlNode node) => Map(node).Children.TryGetValue("$ref", out var reference)
            ? Resolve(Text(reference).Split('/').Skip(1).Aggregate((YamlNode)root, (at, name) => at[name]))
            : Map(node);

        var parameters = operation.Children.TryGetValue("parameters", out var list)
            ? ((YamlSequenceNode)list).Select(Resolve).Select(parameter => new Parameter(
                Text(parameter["name"]), Text(parameter["in"]), parameter.Children.TryGetValue("required", out var required) && Text(required) == "true", Example(parameter, Read)))
            : [];
        var responses = Map(operation["responses"]);

        return new Operation(
            method.ToUpperInvariant(), path, [.. parameters],
            operation.Children.TryGetValue("requestBody", out var body) ? First(Resolve(body), Read) : null,
            First(Resolve(responses["200"]), Read) ?? new Content("", new Schema()));
    }

    // Examples stand beside the schema as often as in it.
    private static Schema Example(YamlMappingNode parameter, Func<YamlNode, Schema> read)
    {
        var schema = read(parameter["schema"]);
        return parameter.Children.TryGetValue("example", out var example) ? schema with { Example = Text(example) } : schema;
    }

    private static Content? First(YamlMappingNode holder, Func<YamlNode, Schema> read)
    {
        if (!holder.Children.TryGetValue("content", out var content))
        {
            return null;
        }

        var (type, media) = Map(content).Children.First();
        return new Content(Text(type), Map(media).Children.TryGetValue("schema", out var schema) ? read(schema) : new Schema());
    }

    private static YamlMappingNode Map(YamlNode node) => (YamlMappingNode)node;

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;
}
