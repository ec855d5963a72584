using System.Text.RegularExpressions;
using WaPlatform.Tests.Deploy;

namespace WaPlatform.Tests.Docs;

/// <summary>The two READMEs say the same, and lead to what is there.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string English = Read("README.md");
    private static readonly string Portuguese = Read("README.pt-BR.md");

    [Fact]
    public void Commands_OfBothReadmes_AreTheSame() => Assert.Equal(Commands(English), Commands(Portuguese));

    [Fact]
    public void Links_OfBothReadmes_AreTheSameButForThoseToEachOther() =>
        Assert.Equal(Links(English).Where(link => !link.StartsWith("README", StringComparison.Ordinal)), Links(Portuguese).Where(link => !link.StartsWith("README", StringComparison.Ordinal)));

    [Theory]
    [InlineData("README.md")]
    [InlineData("README.pt-BR.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("docs/installation.md")]
    [InlineData("docs/operations.md")]
    [InlineData("docs/troubleshooting.md")]
    [InlineData("docs/roadmap.md")]
    public void Links_ToFiles_LeadSomewhere(string document)
    {
        var folder = Path.GetDirectoryName(Path.Combine(DeployFiles.Root, document))!;

        Assert.All(Links(Read(document)).Select(link => link.Split('#')[0]).Where(link => link.Length > 0), link =>
            Assert.True(Path.Exists(Path.Combine(folder, link)), $"{document} leads to {link}, which is not there."));
    }

    private static string Read(string document) => File.ReadAllText(Path.Combine(DeployFiles.Root, document));

    // Without the words of comments, and the name that the example gives.
    private static List<string> Commands(string text) =>
    [
        .. Blocks().Matches(text).SelectMany(block => block.Groups[1].Value.Split('\n')).Select(line => Comments().Replace(line, "").Trim())
            .Where(line => line.Length > 0 && !line.StartsWith("-d '", StringComparison.Ordinal)),
    ];

    private static List<string> Links(string text) => [.. Targets().Matches(text).Select(match => match.Groups[1].Value).Where(link => !link.StartsWith("http", StringComparison.Ordinal))];

    [GeneratedRegex("```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"(^|\s)#.*$")]
    private static partial Regex Comments();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Targets();
}
