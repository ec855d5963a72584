using System.Runtime.CompilerServices;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace WaPlatform.Tests.Deploy;

/// <summary>The files under <c>deploy/</c>, as they are in the repository.</summary>
internal static class DeployFiles
{
    /// <summary>Root of the repository.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    public static string PathOf(string file) => Path.Combine(Root, "deploy", file);

    public static string Read(string file) => File.ReadAllText(PathOf(file));

    /// <summary>The documents of a YAML file, with anchors and merge keys put in.</summary>
    public static IEnumerable<Node> Documents(string file)
    {
        using var reader = new StreamReader(PathOf(file));
        var parser = new MergingParser(new Parser(reader));
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _))
        {
            yield return new Node(new DeserializerBuilder().Build().Deserialize<object?>(parser), file);
        }
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}

/// <summary>A value in a YAML file.</summary>
internal sealed record Node(object? Value, string Path)
{
    public string Text => Value as string ?? throw new KeyNotFoundException($"{Path} is not there, or no text.");

    public bool Exists => Value is not null;

    public IEnumerable<Node> Items => ((List<object>)(Value ?? throw new KeyNotFoundException($"{Path} is not there."))).Select((item, index) => new Node(item, $"{Path}[{index}]"));

    public IEnumerable<(string Name, Node Value)> Members =>
        Value is Dictionary<object, object> members ? members.Select(member => ((string)member.Key, new Node(member.Value, $"{Path}.{member.Key}"))) : [];

    /// <summary>A member of a member; one without a value where there is none.</summary>
    public Node this[params string[] names] => names.Aggregate(this, (node, name) =>
        new Node(node.Value is Dictionary<object, object> members ? members.GetValueOrDefault(name) : null, $"{node.Path}.{name}"));

    public override string ToString() => Path;
}
