using System.Text.Json;
using System.Text.RegularExpressions;
using WaPlatform.Tests.Deploy;

namespace WaPlatform.Tests.Telemetry;

/// <summary>The dashboard and the alerts under <c>deploy/observability</c> ask for what there is.</summary>
public sealed partial class ObservabilityTests
{
    private const string Dashboard = "observability/dashboard.json";
    private const string Alerts = "observability/alerts.yaml";

    public static TheoryData<string> DashboardQueries => [.. Expressions(JsonDocument.Parse(DeployFiles.Read(Dashboard)).RootElement)];

    public static TheoryData<string> AlertRules => [.. Rules().Select(rule => rule["alert"].Text)];

    [Theory]
    [MemberData(nameof(DashboardQueries))]
    public void Dashboard_EveryQuery_NamesMetricsThatThePlatformMakes(string query) => AssertKnown(query);

    [Theory]
    [MemberData(nameof(AlertRules))]
    public void Alert_Any_NamesMetricsThatThereAreAndSaysWhatToDo(string name)
    {
        var rule = Rules().Single(rule => rule["alert"].Text == name);

        AssertKnown(rule["expr"].Text);
        Assert.Contains(rule["labels", "severity"].Text, (string[])["critical", "warning"]);
        Assert.NotEmpty(rule["annotations", "summary"].Text);
        Assert.StartsWith("docs/troubleshooting.md#", rule["annotations", "runbook"].Text, StringComparison.Ordinal);
        var anchor = rule["annotations", "runbook"].Text.Split('#')[1];
        var headings = File.ReadLines(Path.Combine(DeployFiles.Root, "docs", "troubleshooting.md")).Where(line => line.StartsWith('#')).Select(Anchor);
        Assert.Contains(anchor, headings);
    }

    [Fact]
    public void Dashboard_Panels_HaveTitlesPlacesAndNoTwoTheSameId()
    {
        using var dashboard = JsonDocument.Parse(DeployFiles.Read(Dashboard));

        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();
        Assert.True(panels.Count >= 10);
        Assert.Equal(panels.Count, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.All(panels, panel => Assert.NotEmpty(panel.GetProperty("title").GetString()!));
        Assert.All(panels, panel => Assert.InRange(panel.GetProperty("gridPos").GetProperty("x").GetInt32() + panel.GetProperty("gridPos").GetProperty("w").GetInt32(), 1, 24));
    }

    // Names of instruments are a contract with those who watch: small, dotted, ours.
    [Fact]
    public void Instruments_All_HaveDottedNamesSecondsAndAText()
    {
        Assert.True(MetricNames.Instruments.Count > 20);
        Assert.All(MetricNames.Instruments, instrument =>
        {
            Assert.Matches("^wa(\\.[a-z]+)+$", instrument.Name);
            Assert.NotEmpty(instrument.Description!);
            Assert.Matches("^(s|By|\\{[a-z]+\\})$", instrument.Unit!);
        });
    }

    [Theory]
    [InlineData("wa.message.accepted")]
    [InlineData("wa.message.status")]
    [InlineData("wa.message.queue.depth")]
    [InlineData("wa.message.queue.duration")]
    [InlineData("wa.message.engine.duration")]
    [InlineData("wa.device.processes")]
    [InlineData("wa.device.process.memory")]
    [InlineData("wa.device.states")]
    [InlineData("wa.device.deaf")]
    public void Instruments_ThatTheFiguresNeed_AreThere(string name) => Assert.Single(MetricNames.Instruments, instrument => instrument.Name == name);

    private static void AssertKnown(string query)
    {
        var names = Metric().Matches(Labels().Replace(query, "")).Select(match => match.Value).Distinct().ToList();
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.True(MetricNames.Exist(name), $"No service makes {name}."));
    }

    private static IEnumerable<string> Expressions(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => member is { Name: "expr", Value.ValueKind: JsonValueKind.String } ? [member.Value.GetString()!] : Expressions(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Expressions),
        _ => [],
    };

    private static IEnumerable<Node> Rules() => DeployFiles.Documents(Alerts).Single()["groups"].Items.SelectMany(group => group["rules"].Items);

    private static string Anchor(string heading) =>
        NotOfAnchors().Replace(heading.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\b(wa|http|dotnet)_[a-z0-9_]+")]
    private static partial Regex Metric();

    [GeneratedRegex(@"\{[^}]*\}|\b(by|without|on|ignoring)\s*\([^)]*\)")]
    private static partial Regex Labels();

    [GeneratedRegex(@"[^a-z0-9 \-_]")]
    private static partial Regex NotOfAnchors();
}
