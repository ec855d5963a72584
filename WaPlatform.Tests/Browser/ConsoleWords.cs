using System.Xml.Linq;
using WaPlatform.Tests.Platform;

namespace WaPlatform.Tests.Browser;

/// <summary>What the console says, from its files: the test program knows no culture but the invariant one.</summary>
internal static class ConsoleWords
{
    private static readonly Dictionary<string, string> English = Read("Words.resx");
    private static readonly Dictionary<string, string> Portuguese = Read("Words.pt-BR.resx");

    /// <summary>First parts of the keys: Fleet, Device, ...</summary>
    public static IEnumerable<string> Kinds => English.Keys.Where(key => key.Contains('.', StringComparison.Ordinal)).Select(key => key.Split('.')[0]).Distinct();

    public static IReadOnlyDictionary<string, string> In(string language) => language.StartsWith("pt", StringComparison.Ordinal) ? Portuguese : English;

    private static Dictionary<string, string> Read(string file) => XDocument.Load(Path.Combine(BuildOutput.Root, "WaPlatform.Console", "Texts", file))
        .Root!.Elements("data").ToDictionary(entry => entry.Attribute("name")!.Value, entry => entry.Element("value")!.Value);
}
