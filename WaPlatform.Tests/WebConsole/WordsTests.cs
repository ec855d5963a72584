using System.Text.RegularExpressions;
using System.Xml.Linq;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Backups;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Engines;
using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Jobs;
using WaPlatform.Contracts.Messages;
using WaPlatform.Contracts.Webhooks;
using WaPlatform.Data.Access;
using WaPlatform.Data.Audit;
using WaPlatform.Gateway.Audit;
using WaPlatform.Gateway.Hosts;
using WaPlatform.Tests.Platform;

namespace WaPlatform.Tests.WebConsole;

public sealed partial class WordsTests
{
    private static readonly Dictionary<string, string> English = Read("Words.resx");
    private static readonly Dictionary<string, string> Portuguese = Read("Words.pt-BR.resx");

    [Fact]
    public void BothLanguages_HaveTheSameKeysWithTheSamePlaceholders()
    {
        // To the console's resources a name in other letters is the same name.
        Assert.Equal(English.Count, English.Keys.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal(English.Keys.Order(StringComparer.Ordinal), Portuguese.Keys.Order(StringComparer.Ordinal));
        Assert.All(English, word => Assert.Equal(Placeholders(word.Value), Placeholders(Portuguese[word.Key])));
    }

    [Fact]
    public void EveryKeyThatThePagesName_IsThere()
    {
        var source = Path.Combine(BuildOutput.Root, "WaPlatform.Console");
        var named = Directory.EnumerateFiles(source, "*.razor", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => NamedKey().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .ToHashSet();

        Assert.True(named.Count > 200);
        Assert.Empty(named.Except(English.Keys));
    }

    [Fact]
    public void EveryWordOfTheWire_IsThere()
    {
        AssertWords<DeviceState>("State");
        AssertWords<DeviceReason>("Reason");
        AssertWords<MessageStatus>("Status");
        AssertWords<MessageHop>("Hop");
        AssertWords<MessageType>("Kind");
        AssertWords<DeliveryStatus>("Delivery");
        AssertWords<DeliveryKind>("DeliveryKind");
        AssertWords<WebhookDisabledReason>("Webhook.Disabled");
        AssertWords<UserRole>("Role");
        AssertWords<AuditOutcome>("AuditOutcome");
        AssertWords<AuditBreach>("AuditBreach");
        AssertWords<HostState>("HostState");
        AssertWords<RolloutState>("Rollout");
        AssertWords<RolloutDeviceState>("RolloutDevice");
        AssertWords<RolloutReason>("RolloutReason");
        AssertWords<BackupState>("Backup");
        AssertWords<JobOutcome>("JobOutcome");
        AssertWords<BackupTrigger>("BackupTrigger");
        AssertWords<BackupOperationKind>("BackupOperation");
    }

    [Fact]
    public void EveryCodeOfTheApi_HasATitle() =>
        Assert.Empty(Enum.GetValues<ErrorCode>().Select(code => $"Problem.{ErrorCodes.Name(code)}").Except(English.Keys));

    private static void AssertWords<T>(string kind)
        where T : struct, Enum => Assert.All(Enum.GetValues<T>(), value => Assert.Contains($"{kind}.{WireJson.NameOf(value)}", English.Keys));

    // The files themselves: this program knows no culture but the invariant one.
    private static Dictionary<string, string> Read(string file) => XDocument.Load(Path.Combine(BuildOutput.Root, "WaPlatform.Console", "Texts", file))
        .Root!.Elements("data").ToDictionary(entry => entry.Attribute("name")!.Value, entry => entry.Element("value")!.Value);

    private static string Placeholders(string text) => string.Join(' ', Placeholder().Matches(text).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal));

    [GeneratedRegex("""T\["([^"]+)"[],]""")]
    private static partial Regex NamedKey();

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Placeholder();
}
