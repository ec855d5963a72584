using YamlDotNet.RepresentationModel;

namespace WaPlatform.Tests.Simulator.OpenApi;

/// <summary>The part of a JSON schema that gowa's description uses, with references resolved.</summary>
internal sealed record Schema
{
    public string Type { get; init; } = "";

    public string Format { get; init; } = "";

    public string? Example { get; init; }

    public IReadOnlyList<string> Examples { get; init; } = [];

    public Dictionary<string, Schema> Properties { get; init; } = [];

    public IReadOnlySet<string> Required { get; init; } = new HashSet<string>();

    public Schema? Items { get; init; }

    public static Schema From(YamlMappingNode node, Func<YamlNode, YamlMappingNode> resolve)
    {
        string Text(string name) => node.Children.TryGetValue(name, out var value) && value is YamlScalarNode scalar ? scalar.Value ?? "" : "";
        var example = node.Children.TryGetValue("example", out var given) || node.Children.TryGetValue("default", out given) ? given : null;

        return new Schema
        {
            Type = node.Children.ContainsKey("properties") ? "object" : Text("type"),
            Format = Text("format"),
            Example = example is YamlScalarNode { Value: { } text } && text != "null" ? text : null,
            Examples = example is YamlSequenceNode list ? [.. list.Children.OfType<YamlScalarNode>().Select(item => item.Value!)] : [],
            Properties = node.Children.TryGetValue("properties", out var properties)
                ? ((YamlMappingNode)properties).Children.ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => From(resolve(pair.Value), resolve))
                : [],
            Required = node.Children.TryGetValue("required", out var required) && required is YamlSequenceNode names
                ? names.Children.Select(name => ((YamlScalarNode)name).Value!).ToHashSet()
                : [],
            Items = node.Children.TryGetValue("items", out var items) ? From(resolve(items), resolve) : null,
        };
    }
}
