using System.Collections;
using WaPlatform.Contracts.Engines;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.ProcessHost.Sessions;

namespace WaPlatform.Tests.ProcessHost;

public sealed class EngineEnvironmentTests
{
    private static readonly Hashtable Host = new()
    {
        ["PATH"] = "/usr/bin", ["APP_PORT"] = "1", ["APP_DEBUG"] = "true", ["WHATSAPP_AUTO_REPLY"] = "hi", ["DB_URI"] = "postgres://x", ["CHATWOOT_ENABLED"] = "true",
        ["JWT_SECRET"] = "hush", ["ConnectionStrings__wadb"] = "Password=hush", ["DEFAULT_ADMIN_PASS"] = "hush",
    };

    // Fault 14 of the original: children inherited JWT_SECRET, S3 keys and database passwords.
    [Theory]
    [InlineData(EngineKind.Gowa)]
    [InlineData(EngineKind.Simulator)]
    public void Build_HostWithSecrets_PassesNoneOfThemOn(EngineKind kind)
    {
        var environment = EngineEnvironment.Build(Launch(kind), Host);

        Assert.DoesNotContain(environment, pair => pair.Value.Contains("hush", StringComparison.Ordinal));
        Assert.Equal("8123", environment["APP_PORT"]);
        Assert.Equal("file:storages/whatsapp.db", environment["DB_URI"]);
        Assert.False(environment.ContainsKey("APP_DEBUG") || environment.ContainsKey("WHATSAPP_AUTO_REPLY") || environment.ContainsKey("CHATWOOT_ENABLED"));
        Assert.Equal("/usr/bin", environment["PATH"]);
    }

    [Fact]
    public void Build_SimulatorVariables_ReachOnlySimulators()
    {
        Assert.Equal("/tmp/ledger", EngineEnvironment.Build(Launch(EngineKind.Simulator), Host)["SIM_LEDGER"]);
        Assert.False(EngineEnvironment.Build(Launch(EngineKind.Gowa), Host).ContainsKey("SIM_LEDGER"));
    }

    [Fact]
    public void Build_ListensOnLoopbackWithCredentialsOfItsOwn()
    {
        var first = EngineEnvironment.Build(Launch(EngineKind.Gowa), Host);
        var second = EngineEnvironment.Build(Launch(EngineKind.Gowa), Host);

        Assert.Equal("127.0.0.1", first["APP_HOST"]);
        Assert.NotEqual(first["APP_BASIC_AUTH"], second["APP_BASIC_AUTH"]);
        Assert.NotEqual(first["WHATSAPP_WEBHOOK_SECRET"], second["WHATSAPP_WEBHOOK_SECRET"]);
        Assert.Equal(2, first["APP_BASIC_AUTH"].Split(':').Length);
        Assert.DoesNotContain(',', first["APP_BASIC_AUTH"]);
    }

    private static EngineLaunch Launch(EngineKind kind) =>
        new(kind, "/engine", "/data/sessions/5511999999999", 8123, EngineSecrets.Create(), new Uri("http://127.0.0.1:1/webhooks/x"), null, new EngineOptions(), new SessionPlace("file:storages/whatsapp.db", null),
            new Dictionary<string, string> { ["SIM_LEDGER"] = "/tmp/ledger" });
}
