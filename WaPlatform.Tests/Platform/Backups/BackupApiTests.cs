using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Platform.Messages;
using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Platform.Backups;

/// <summary>Backups of a platform that goes on running.</summary>
public sealed class BackupApiTests(PostgresServer postgres, RedisServer redis)
{
    private const string Phone = "5511999990711";
    private const string Other = "5511999990712";
    private const string Recipient = "5511888880711";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Stack.Embedded)]
    [InlineData(Stack.Servers)]
    public async Task Restore_WhileThePlatformRuns_ChecksFirstAndBeginsAnewWithWhatWas(string stack)
    {
        await using var platform = await StartAsync(stack);
        await platform.PairAsync(Phone, CancellationToken);
        var before = await platform.AcceptAsync(new { from = Phone, to = Recipient, message = "before", wait = true }, CancellationToken);
        var id = (await platform.BackUpAsync(CancellationToken)).Id();
        await AssertDrillAsync(platform, id);
        await AssertDownloadAndDamageAsync(platform, id);
        var after = await platform.AcceptAsync(new { from = Phone, to = Recipient, message = "after", wait = true }, CancellationToken);
        await platform.RegisterAsync(Other, CancellationToken);

        using (var answer = await platform.AskAsync($"{id}/restore", new { }, CancellationToken))
        {
            Assert.Equal("restore", (await answer.ReadJsonAsync(HttpStatusCode.Accepted)).GetProperty("operation").GetProperty("kind").GetString());
        }

        await platform.WaitForAsync(() => Task.FromResult(platform.Output.Text.Contains($"Restored backup {id}", StringComparison.Ordinal)), CancellationToken);
        await platform.ReadyAsync(CancellationToken);
        await platform.SignInAsync(CancellationToken);
        Assert.Equal("completed", (await platform.WaitForOperationAsync(id, CancellationToken)).GetProperty("operation").GetProperty("state").GetString());
        await platform.WaitForStateAsync(Phone, "connected", CancellationToken);
        Assert.Equal(before, Assert.Single(await platform.MessagesAsync(Phone, CancellationToken)).Id());
        await (await platform.Client.GetAsync($"/api/messages/{after}", CancellationToken)).AssertProblemAsync(HttpStatusCode.NotFound, "MESSAGE_NOT_FOUND");
        await (await platform.Client.GetAsync($"/api/devices/{Other}", CancellationToken)).AssertProblemAsync(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND");
        Assert.Equal(0, (await platform.TerminateAsync(CancellationToken)).ExitCode);
    }

    [Theory]
    [InlineData(Stack.Embedded)]
    [InlineData(Stack.Servers)]
    public async Task Restore_OneDevice_LeavesTheOthersAlone(string stack)
    {
        await using var platform = await StartAsync(stack);
        await platform.PairAsync(Phone, CancellationToken);
        await platform.PairAsync(Other, CancellationToken);
        var id = (await platform.BackUpAsync(CancellationToken)).Id();
        var untouched = (await platform.DeviceAsync(Other, CancellationToken)).Pid();
        var sent = await platform.AcceptAsync(new { from = Other, to = Recipient, message = "since", wait = true }, CancellationToken);
        await platform.ControlAsync(Phone, "logout", new { }, CancellationToken);
        await platform.WaitForStateAsync(Phone, "logged_out", CancellationToken);

        await (await platform.AskAsync($"{id}/restore", new { device = "5511999990799" }, CancellationToken)).AssertProblemAsync(HttpStatusCode.NotFound, "DEVICE_NOT_FOUND");
        await RestoreAsync(platform, id);
        await platform.WaitForStateAsync(Phone, "connected", CancellationToken);
        using (var removed = await platform.Client.DeleteAsync(new Uri($"/api/devices/{Phone}?erase=true", UriKind.Relative), CancellationToken))
        {
            Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        }

        await RestoreAsync(platform, id);
        await platform.WaitForStateAsync(Phone, "connected", CancellationToken);
        Assert.Equal(untouched, (await platform.DeviceAsync(Other, CancellationToken)).Pid());
        Assert.Contains((await platform.MessageAsync(sent, CancellationToken)).Status(), Messaging.Out);
    }

    [Fact]
    public async Task Cleanup_OverTheApi_TellsWhatGoesAndLeavesSessions()
    {
        await using var platform = await StartAsync(Stack.Embedded);
        await platform.PairAsync(Phone, CancellationToken);
        var home = Path.Combine(platform.DataDirectory, "sessions", Phone);
        var old = Path.Combine(home, "storages", "history-1764300000-x-0-RECENT.json");
        await File.WriteAllTextAsync(old, "{}", CancellationToken);
        File.SetLastWriteTimeUtc(old, DateTime.UnixEpoch);

        var dry = await CleanAsync(platform, dryRun: true);
        Assert.True(File.Exists(old));
        var real = await CleanAsync(platform, dryRun: false);

        Assert.Equal(Part(dry).GetRawText(), Part(real).GetRawText());
        Assert.Equal((1, 2), (Part(real).GetProperty("items").GetInt32(), Part(real).GetProperty("bytes").GetInt32()));
        Assert.All(real.GetProperty("parts").EnumerateArray(), part => Assert.Equal(JsonValueKind.Null, part.GetProperty("error").ValueKind));
        Assert.False(File.Exists(old));
        Assert.True(File.Exists(Path.Combine(home, "storages", "whatsapp.db")));
        var health = await platform.Client.GetFromJsonAsync<JsonElement>("/api/health/detailed", CancellationToken);
        Assert.True(health.GetProperty("checks").TryGetProperty("disk", out _), $"{health}");
        Assert.True(health.GetProperty("checks").TryGetProperty("backups", out _), $"{health}");

        static JsonElement Part(JsonElement report) => report.GetProperty("parts").EnumerateArray().Single(part => part.GetProperty("name").GetString() == "engine.left_overs");
    }

    [Fact]
    public async Task Backups_WhatIsNotThere_IsNotFound()
    {
        await using var platform = await StartAsync(Stack.Embedded);
        foreach (var id in (string[])["20260101T000000Z-00000000", "nothing", "..%2f..%2fetc%2fpasswd"])
        {
            await (await platform.Client.GetAsync(new Uri($"/api/backups/{id}", UriKind.Relative), CancellationToken)).AssertProblemAsync(HttpStatusCode.NotFound, "BACKUP_NOT_FOUND");
            await (await platform.Client.GetAsync(new Uri($"/api/backups/{id}/download", UriKind.Relative), CancellationToken)).AssertProblemAsync(HttpStatusCode.NotFound, "BACKUP_NOT_FOUND");
            await (await platform.AskAsync($"{id}/verify", new { }, CancellationToken)).AssertProblemAsync(HttpStatusCode.NotFound, "BACKUP_NOT_FOUND");
            await (await platform.AskAsync($"{id}/restore", new { }, CancellationToken)).AssertProblemAsync(HttpStatusCode.NotFound, "BACKUP_NOT_FOUND");
        }

        await (await platform.AskAsync("drill", new { }, CancellationToken)).AssertProblemAsync(HttpStatusCode.NotFound, "BACKUP_NOT_FOUND");
        await (await platform.AskAsync("20260101T000000Z-00000000/restore", new { device = "nobody" }, CancellationToken)).AssertProblemAsync(HttpStatusCode.BadRequest, "VALIDATION_FAILED");
        using var anonymous = platform.CreateClient();
        using var refused = await anonymous.GetAsync(new Uri("/api/backups", UriKind.Relative), CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    private static async Task<JsonElement> CleanAsync(StandaloneProcess platform, bool dryRun)
    {
        using var answer = await platform.Client.PostAsJsonAsync("/api/system/cleanup", new { dryRun }, CancellationToken);
        return await answer.ReadJsonAsync(HttpStatusCode.OK);
    }

    private static async Task RestoreAsync(StandaloneProcess platform, string id)
    {
        using (var answer = await platform.AskAsync($"{id}/restore", new { device = Phone }, CancellationToken))
        {
            await answer.ReadJsonAsync(HttpStatusCode.Accepted);
        }

        var done = await platform.WaitForOperationAsync(id, CancellationToken);
        Assert.True(done.GetProperty("operation").GetProperty("state").GetString() == "completed", $"{done}\n{platform.Output.Text}");
    }

    private static async Task AssertDrillAsync(StandaloneProcess platform, string id)
    {
        using (var answer = await platform.AskAsync("drill", new { }, CancellationToken))
        {
            await answer.ReadJsonAsync(HttpStatusCode.Accepted);
        }

        var drill = (await platform.WaitForOperationAsync(id, CancellationToken)).GetProperty("drill");
        Assert.True(drill.GetProperty("succeeded").GetBoolean(), $"{drill}");
        Assert.True(drill.GetProperty("durationMs").GetInt64() > 0);
        Assert.Equal(1, drill.GetProperty("found").GetProperty("messages").GetInt32());
        Assert.Equal(drill.GetProperty("expected").GetRawText(), drill.GetProperty("found").GetRawText());
    }

    private static async Task AssertDownloadAndDamageAsync(StandaloneProcess platform, string id)
    {
        using var verified = await platform.AskAsync($"{id}/verify", new { }, CancellationToken);
        Assert.Equal(JsonValueKind.String, (await verified.ReadJsonAsync(HttpStatusCode.OK)).GetProperty("verifiedAt").ValueKind);
        var archive = Path.Combine(platform.DataDirectory, "backups", $"{id}.tar");
        var bytes = await platform.Client.GetByteArrayAsync(new Uri($"/api/backups/{id}/download", UriKind.Relative), CancellationToken);
        Assert.Equal(await File.ReadAllBytesAsync(archive, CancellationToken), bytes);

        // One that was brought here, and got damaged on its way.
        const string Damaged = "20200101T000000Z-00000000";
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(Path.Combine(platform.DataDirectory, "backups", $"{Damaged}.tar"), bytes, CancellationToken);
        await (await platform.AskAsync($"{Damaged}/verify", new { }, CancellationToken)).AssertProblemAsync(HttpStatusCode.UnprocessableEntity, "BACKUP_CORRUPT");
        await (await platform.AskAsync($"{Damaged}/restore", new { }, CancellationToken)).AssertProblemAsync(HttpStatusCode.UnprocessableEntity, "BACKUP_CORRUPT");
        Assert.Equal("failed", (await platform.WaitForOperationAsync(Damaged, CancellationToken)).GetProperty("operation").GetProperty("state").GetString());
        Assert.Equal("connected", (await platform.DeviceAsync(Phone, CancellationToken)).GetProperty("state").GetString());
    }

    private async Task<StandaloneProcess> StartAsync(string stack)
    {
        var start = await Stack.StartOnAsync(stack, postgres, redis, CancellationToken);
        return await StandaloneProcess.StartAsync(stack == Stack.Servers ? start.With("Sessions__Store", "postgres") : start, CancellationToken);
    }
}
