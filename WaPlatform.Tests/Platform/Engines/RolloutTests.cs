using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using WaPlatform.Tests.Engines.Releases;
using WaPlatform.Tests.Platform.Messages;

namespace WaPlatform.Tests.Platform.Engines;

public sealed class RolloutTests
{
    private const string One = "5511981000001";
    private const string Other = "5511981000002";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FirstStart_NoEngineYet_InstallsTheNewestReleaseAndDevicesStartByThemselves()
    {
        await using var server = await ReleaseServer.StartAsync(CancellationToken);
        server.Publish("9.0.0", EngineArchiveMaker.Good("9.0.0"));
        server.Publish("9.1.0", EngineArchiveMaker.Good("9.1.0"));
        server.Publish("9.2.0", EngineArchiveMaker.Good("9.2.0"));
        server.Publish("9.3.0", EngineArchiveMaker.Good("9.3.0"), isPrerelease: true);
        server.Publish("9.4.0", EngineArchiveMaker.Good("9.4.0"), isDraft: true);
        await using var platform = await StandaloneProcess.StartAsync(ReleasedEngines.StartOn(server.Url), CancellationToken);

        await platform.RegisterAsync(One, CancellationToken);

        Assert.Equal("v9.2.0", (await platform.WaitForStateAsync(One, "pairing", CancellationToken)).EngineVersionOf());
        var rollout = await platform.WaitForRolloutAsync("9.2.0", CancellationToken);
        Assert.Equal(("first", "done"), (rollout.GetProperty("trigger").GetString(), rollout.StateOf()));
        var engine = await platform.EngineAsync(CancellationToken);
        Assert.True(engine.GetProperty("managed").GetBoolean());
        Assert.Equal("9.2.0", Assert.Single(engine.GetProperty("installed").EnumerateArray()).GetString());
        Assert.Equal(JsonValueKind.Null, engine.GetProperty("lastCheck").GetProperty("error").ValueKind);
    }

    [Fact]
    public async Task Rollout_PlatformIsKilledWhileTheCanaryIsWatched_GoesOnAfterTheNextStart()
    {
        await using var server = await ReleaseServer.StartAsync(CancellationToken);
        server.Publish("9.2.0", EngineArchiveMaker.Good("9.2.0"));
        await using var platform = await StandaloneProcess.StartAsync(ReleasedEngines.StartOn(server.Url).With("Rollout__CanarySoak", "00:00:05"), CancellationToken);
        await platform.WaitForEngineAsync("9.2.0", CancellationToken);
        await platform.PairAsync(One, CancellationToken);
        await platform.PairAsync(Other, CancellationToken);
        server.Publish("9.3.0", EngineArchiveMaker.Good("9.3.0"));
        await platform.RollOutAsync("9.3.0", [Other], CancellationToken);
        await platform.WaitForAsync(
            async () => (await platform.EngineAsync(CancellationToken)).GetProperty("rollout").Devices().ContainsKey("soaking"), CancellationToken);

        await platform.KillAsync(CancellationToken);
        await platform.RestartAsync(CancellationToken);

        var rollout = await platform.WaitForRolloutAsync("9.3.0", CancellationToken);
        Assert.True(rollout.StateOf() == "done", $"{rollout}");
        foreach (var phone in new[] { One, Other })
        {
            await platform.WaitForDeviceAsync(phone, device => device.StateOf() == "connected" && device.EngineVersionOf() == "v9.3.0", CancellationToken);
        }
    }

    [Fact]
    public async Task Operator_TakesBackGoesBackAndPins()
    {
        await using var server = await ReleaseServer.StartAsync(CancellationToken);
        server.Publish("9.2.0", EngineArchiveMaker.Good("9.2.0"));
        await using var platform = await StandaloneProcess.StartAsync(ReleasedEngines.StartOn(server.Url).With("Rollout__CanarySoak", "01:00:00"), CancellationToken);
        await platform.WaitForEngineAsync("9.2.0", CancellationToken);
        await platform.PairAsync(One, CancellationToken);
        await AssertRefusedAsync(platform, "rollback", null, "ROLLOUT_CONFLICT");

        // Under way: another one has to wait, and it can be taken back.
        server.Publish("9.3.0", EngineArchiveMaker.Good("9.3.0"));
        await platform.RollOutAsync("9.3.0", [One], CancellationToken);
        await platform.WaitForDeviceAsync(One, device => device.EngineVersionOf() == "v9.3.0", CancellationToken);
        await AssertRefusedAsync(platform, "rollout", new { version = "9.3.0" }, "ROLLOUT_CONFLICT");
        await platform.CommandAsync("rollback", null, CancellationToken);
        var takenBack = await platform.WaitForRolloutAsync("9.3.0", CancellationToken);
        Assert.Equal(("rolled_back", "operator"), (takenBack.StateOf(), takenBack.ReasonOf()));
        await platform.WaitForDeviceAsync(One, device => device.StateOf() == "connected" && device.EngineVersionOf() == "v9.2.0", CancellationToken);

        // No canary is asked for, and so none is watched for an hour.
        await platform.RollOutAsync("9.3.0", [], CancellationToken);
        Assert.Equal("done", (await platform.WaitForRolloutAsync("9.3.0", CancellationToken)).StateOf());
        await platform.CommandAsync("rollback", null, CancellationToken);
        var back = await platform.WaitForRolloutAsync("9.2.0", CancellationToken);
        Assert.Equal(("done", "rollback"), (back.StateOf(), back.GetProperty("trigger").GetString()));
        Assert.Equal("v9.2.0", (await platform.WaitForStateAsync(One, "connected", CancellationToken)).EngineVersionOf());

        var pinned = await platform.CommandAsync(HttpMethod.Put, "pin", new { version = "9.2.0" }, CancellationToken);
        Assert.Equal("9.2.0", pinned.GetProperty("pinned").GetString());
        await AssertRefusedAsync(platform, "rollout", new { version = "9.3.0" }, "ROLLOUT_CONFLICT");
        await platform.CommandAsync(HttpMethod.Put, "pin", new { version = (string?)null }, CancellationToken);
        await AssertRefusedAsync(platform, "rollout", new { version = "9.0.0" }, "VALIDATION_FAILED");
        await AssertRefusedAsync(platform, "rollout", new { version = "latest" }, "VALIDATION_FAILED");
        await AssertRefusedAsync(platform, "rollout", new { version = "9.3.0", canary = new[] { "5511999999999" } }, "VALIDATION_FAILED");
        await AssertRefusedAsync(platform, "rollout", new { version = "9.9.9" }, "RELEASE_NOT_FOUND");
        await AssertRefusedAsync(platform, "pin", new { version = "9.9.9" }, "RELEASE_NOT_FOUND");
        var events = await TypesAsync(platform);
        Assert.Contains("engine.rollout_started engine.rollout_rolling_back engine.rollout_rolled_back engine.rollout_started engine.rollout_done", events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_ByHandWithoutAFeed_AreCheckedAndRolledOut()
    {
        await using var platform = await StandaloneProcess.StartAsync(ReleasedEngines.StartOn("http://127.0.0.1:9/repos/gowa"), CancellationToken);
        await platform.RegisterAsync(One, CancellationToken);
        await AssertRefusedAsync(platform, "check", null, "RELEASE_FEED_UNAVAILABLE");
        await AssertRefusedAsync(platform, "rollout", new { version = "9.2.0" }, "RELEASE_FEED_UNAVAILABLE");
        Assert.Contains("can't be reached", (await platform.EngineAsync(CancellationToken)).GetProperty("lastCheck").GetProperty("error").GetString(), StringComparison.Ordinal);

        var archive = EngineArchiveMaker.Good("9.2.0");
        var digest = Convert.ToHexString(SHA256.HashData(archive));
        Assert.Equal("VALIDATION_FAILED", Code(await UploadAsync(platform, "9.2.0", new string('0', 64), archive)));
        Assert.Equal("VALIDATION_FAILED", Code(await UploadAsync(platform, "9.0.0", digest, archive)));
        var slip = EngineArchiveMaker.ZipSlip("9.2.0");
        var refused = await UploadAsync(platform, "9.2.0", Convert.ToHexString(SHA256.HashData(slip)), slip);
        Assert.Contains("leads elsewhere", refused.GetProperty("errors").GetProperty("archive")[0].GetString(), StringComparison.Ordinal);
        Assert.Empty((await platform.EngineAsync(CancellationToken)).GetProperty("releases").EnumerateArray());

        var known = await UploadAsync(platform, "9.2.0", digest, archive);
        Assert.Equal("file", Assert.Single(known.GetProperty("releases").EnumerateArray()).GetProperty("source").GetString());
        await platform.RollOutAsync("9.2.0", [], CancellationToken);
        Assert.Equal("done", (await platform.WaitForRolloutAsync("9.2.0", CancellationToken)).StateOf());
        await platform.WaitForDeviceAsync(One, device => device.StateOf() == "pairing" && device.EngineVersionOf() == "v9.2.0", CancellationToken);

        var next = EngineArchiveMaker.Good("9.3.0");
        await File.WriteAllBytesAsync(Path.Combine(platform.DataDirectory, "next.zip"), next, CancellationToken);
        await AssertRefusedAsync(platform, "releases", new { version = "9.3.0", path = "../next.zip", sha256 = digest }, "VALIDATION_FAILED");
        var brought = await platform.CommandAsync("releases", new { version = "9.3.0", path = "next.zip", sha256 = Convert.ToHexString(SHA256.HashData(next)) }, CancellationToken);
        Assert.Equal(["9.3.0", "9.2.0"], brought.GetProperty("releases").EnumerateArray().Select(release => release.GetProperty("version").GetString()));
        Assert.Empty(Directory.GetFiles(Path.Combine(platform.DataDirectory, "uploads")));
    }

    [Fact]
    public async Task EnginePathGiven_EveryCommandSaysThatTheEngineIsNotManaged()
    {
        await using var platform = await StandaloneProcess.StartAsync(CancellationToken);
        await platform.WaitForAsync(async () => (await platform.EngineAsync(CancellationToken)).GetProperty("hosts").GetArrayLength() == 1, CancellationToken);

        Assert.False((await platform.EngineAsync(CancellationToken)).GetProperty("managed").GetBoolean());
        await AssertRefusedAsync(platform, "check", null, "ENGINE_UNMANAGED");
        await AssertRefusedAsync(platform, "rollout", new { version = "9.2.0" }, "ENGINE_UNMANAGED");
        await AssertRefusedAsync(platform, "rollback", null, "ENGINE_UNMANAGED");
        Assert.Equal("ENGINE_UNMANAGED", Code(await UploadAsync(platform, "9.2.0", new string('0', 64), [1])));
    }

    [Fact]
    public async Task AutoUpdate_NewRelease_IsToldAndRolledOutByTheCheckAndABadOneOnlyOnce()
    {
        await using var server = await ReleaseServer.StartAsync(CancellationToken);
        server.Publish("9.2.0", EngineArchiveMaker.Good("9.2.0"));
        var start = ReleasedEngines.StartOn(server.Url).With("Engine__AutoUpdate", "true").With("UPDATE_CHECK_CRON", "* * * * * *");
        await using var platform = await StandaloneProcess.StartAsync(start, CancellationToken);
        await platform.WaitForEngineAsync("9.2.0", CancellationToken);
        await platform.PairAsync(One, CancellationToken);

        server.Publish("9.3.0", EngineArchiveMaker.Good("9.3.0"));
        var good = await platform.WaitForRolloutAsync("9.3.0", CancellationToken);
        server.Publish("9.4.0", EngineArchiveMaker.Crashing());
        var bad = await platform.WaitForRolloutAsync("9.4.0", CancellationToken);

        Assert.Equal(("update", "done"), (good.GetProperty("trigger").GetString(), good.StateOf()));
        Assert.Equal("rolled_back", bad.StateOf());
        var checkedAt = await CheckedAtAsync(platform);
        await platform.WaitForAsync(async () => await CheckedAtAsync(platform) > checkedAt, CancellationToken);
        var engine = await platform.EngineAsync(CancellationToken);
        Assert.Equal(bad.GetProperty("id").GetString(), engine.GetProperty("rollout").GetProperty("id").GetString());
        Assert.Equal("9.4.0", engine.GetProperty("newest").GetProperty("version").GetString());
        Assert.NotNull(engine.GetProperty("newest").GetProperty("refusedWhy").GetString());
        Assert.Equal(2, (await TypesAsync(platform)).Split(' ').Count(type => type == "engine.update_available"));
    }

    private static async Task<DateTimeOffset> CheckedAtAsync(StandaloneProcess platform) =>
        (await platform.EngineAsync(CancellationToken)).GetProperty("lastCheck").GetProperty("at").GetDateTimeOffset();

    private static async Task AssertRefusedAsync(StandaloneProcess platform, string command, object? body, string code) =>
        Assert.Equal(code, Code(await platform.CommandAsync(command, body, CancellationToken)));

    private static string? Code(JsonElement answer) => answer.TryGetProperty("code", out var code) ? code.GetString() : $"{answer}";

    private static async Task<JsonElement> UploadAsync(StandaloneProcess platform, string version, string digest, byte[] archive)
    {
        using var content = new ByteArrayContent(archive);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        using var answer = await platform.Client.PutAsync(new Uri($"/api/system/engine/releases/{version}?sha256={digest}", UriKind.Relative), content, CancellationToken);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);
    }

    // From the journal itself: of no device, in their order.
    private static async Task<string> TypesAsync(StandaloneProcess platform)
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(platform.DataDirectory, "waplatform.db")};Mode=ReadOnly");
        await connection.OpenAsync(CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT group_concat(\"Type\", ' ') FROM (SELECT \"Type\" FROM events WHERE \"PhoneNumber\" IS NULL ORDER BY \"Id\")";
        return $"{await command.ExecuteScalarAsync(CancellationToken)}";
    }
}
