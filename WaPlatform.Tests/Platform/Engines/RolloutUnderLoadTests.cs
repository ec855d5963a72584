using System.Text.Json;
using WaPlatform.Tests.Engines.Releases;
using WaPlatform.Tests.Platform.Messages;

namespace WaPlatform.Tests.Platform.Engines;

/// <summary>Good and bad releases, one after the other, to devices that are being sent from all the while.</summary>
public sealed class RolloutUnderLoadTests
{
    private const int Devices = 20;
    private const int PairedAtOnce = 4;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Releases_GoodAndBad_OnlyTheGoodOneIsRolledOutAndNoMessageIsLost()
    {
        await using var server = await ReleaseServer.StartAsync(CancellationToken);
        server.Publish("9.2.0", EngineArchiveMaker.Good("9.2.0"));
        await using var platform = await StandaloneProcess.StartAsync(ReleasedEngines.StartOn(server.Url), CancellationToken);
        await platform.WaitForEngineAsync("9.2.0", CancellationToken);
        string[] phones = [.. Enumerable.Range(1, Devices).Select(number => $"55119800000{number:00}")];
        foreach (var some in phones.Chunk(PairedAtOnce))
        {
            await Task.WhenAll(some.Select(phone => platform.PairAsync(phone, CancellationToken)));
        }

        using var sender = new ChaosSender(platform, new Random(7));
        using var enough = new CancellationTokenSource();
        var sending = sender.SendAsync(Messages(phones, enough.Token), () => Task.Delay(Pace, TimeProvider.System, CancellationToken), CancellationToken);
        await GoodAsync(platform, server, phones);
        var before = await PidsAsync(platform, phones);

        var crashing = await platform.ReleaseAsync(server, "9.4.0", EngineArchiveMaker.Crashing(), phones[..2], CancellationToken);
        AssertStoppedAtTheCanary(crashing, "engine_ended");
        var deaf = await platform.ReleaseAsync(server, "9.5.0", EngineArchiveMaker.Deaf("9.5.0"), phones[..2], CancellationToken);
        AssertStoppedAtTheCanary(deaf, "not_connected");
        var misnamed = await platform.ReleaseAsync(server, "9.6.0", EngineArchiveMaker.Good("9.9.9"), phones[..2], CancellationToken);
        AssertStoppedAtTheCanary(misnamed, "wrong_version");

        await AssertNeverInstalledAsync(platform, server, "9.7.0", EngineArchiveMaker.Good("9.7.0"), new string('0', 64), "digest_mismatch");
        await AssertNeverInstalledAsync(platform, server, "9.8.0", EngineArchiveMaker.ZipSlip("9.8.0"), null, "archive_refused");
        await AssertNeverInstalledAsync(platform, server, "9.9.0", EngineArchiveMaker.Bomb(), null, "archive_refused");

        await AssertAllRunAsync(platform, phones, "v9.3.0");

        // All but the one canary were never touched by any of the bad ones.
        var after = await PidsAsync(platform, phones);
        Assert.Equal(before.Skip(1), after.Skip(1));
        await enough.CancelAsync();
        await sending;
        await platform.WaitForAsync(async () => await platform.CountAsync(Messaging.Out, CancellationToken) == sender.Accepted.Count, CancellationToken);
        await ChaosVerdict.AssertExactlyOnceAsync(platform, sender.Accepted.ConvertAll(one => one), $"{sender.Accepted.Count} messages, {sender.Failures} asked for again", CancellationToken);
        Assert.True(sender.Accepted.Select(one => one.Message.Phone).Distinct().Count() == Devices, "Not every device was sent from.");
        Assert.Equal(0, sender.Failures);
    }

    private static async Task GoodAsync(StandaloneProcess platform, ReleaseServer server, string[] phones)
    {
        var good = await platform.ReleaseAsync(server, "9.3.0", EngineArchiveMaker.Good("9.3.0"), phones[..2], CancellationToken);

        Assert.True(good.StateOf() == "done", $"{good}");
        Assert.Equal(new Dictionary<string, int> { ["healthy"] = Devices }, good.Devices());
        Assert.Equal(phones[..2], good.GetProperty("devices").EnumerateArray().Where(device => device.GetProperty("canary").GetBoolean()).Select(device => device.GetProperty("phoneNumber").GetString()));
        await AssertAllRunAsync(platform, phones, "v9.3.0");
        var engine = await platform.EngineAsync(CancellationToken);
        Assert.Equal(("9.3.0", "9.2.0"), (engine.GetProperty("current").GetString(), engine.GetProperty("previous").GetString()));
    }

    private static void AssertStoppedAtTheCanary(JsonElement rollout, string reason)
    {
        Assert.True((rollout.StateOf(), rollout.ReasonOf()) == ("rolled_back", reason), $"{rollout}");
        Assert.Equal(new Dictionary<string, int> { ["rolled_back"] = 1, ["pending"] = Devices - 1 }, rollout.Devices());
        Assert.NotEmpty(rollout.GetProperty("detail").GetString()!);
    }

    private static async Task AssertNeverInstalledAsync(StandaloneProcess platform, ReleaseServer server, string version, byte[] archive, string? digest, string reason)
    {
        var rollout = await platform.ReleaseAsync(server, version, archive, [], CancellationToken, digest);

        Assert.True((rollout.StateOf(), rollout.ReasonOf()) == ("failed", reason), $"{rollout}");
        Assert.Equal(new Dictionary<string, int> { ["pending"] = Devices }, rollout.Devices());
        Assert.Equal(["9.2.0", "9.3.0"], Directory.GetFileSystemEntries(Path.Combine(platform.DataDirectory, "engines")).Select(Path.GetFileName).Order());
        Assert.Empty(new DirectoryInfo(platform.DataDirectory).Parent!.EnumerateFiles("slipped"));
        Assert.False(File.Exists(Path.Combine(platform.DataDirectory, "slipped")));
    }

    private static async Task AssertAllRunAsync(StandaloneProcess platform, string[] phones, string version)
    {
        foreach (var phone in phones)
        {
            await platform.WaitForDeviceAsync(phone, device => device.StateOf() == "connected" && device.EngineVersionOf() == version, CancellationToken);
        }
    }

    private static async Task<List<int>> PidsAsync(StandaloneProcess platform, string[] phones)
    {
        var pids = new List<int>();
        foreach (var phone in phones)
        {
            pids.Add((await platform.DeviceAsync(phone, CancellationToken)).Pid());
        }

        return pids;
    }

    private static IEnumerable<ChaosMessage> Messages(string[] phones, CancellationToken enough)
    {
        for (var number = 0; !enough.IsCancellationRequested; number++)
        {
            yield return new ChaosMessage(phones[number % phones.Length], "5511888888888", 5, $"message {number}", $"key-{number}");
        }
    }
}
