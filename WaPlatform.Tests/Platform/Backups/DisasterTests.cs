using System.Text.Json;
using Npgsql;
using WaPlatform.Tests.Jobs.Backups;
using WaPlatform.Tests.Platform.Messages;
using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Platform.Backups;

/// <summary>A backup under load; then everything is lost; then it is back.</summary>
public sealed class DisasterTests(PostgresServer postgres, RedisServer redis) : IDisposable
{
    private const string Busy = "5511999990701";
    private const string Held = "5511999990702";
    private const string Recipient = "5511888880701";
    private const string Passphrase = "a passphrase that nobody guesses";
    private const int Messages = 120;

    private readonly ScratchDirectory _elsewhere = new();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => _elsewhere.Dispose();

    [Theory]
    [InlineData(Stack.Embedded)]
    [InlineData(Stack.Servers)]
    public async Task Restore_EverythingIsLost_BringsNumbersMessagesAndUsersBackAndSendsNothingTwice(string stack)
    {
        var start = (await Stack.StartOnAsync(stack, postgres, redis, CancellationToken)).With("Backups__Directory", _elsewhere.File("backups")).With("SIM_LEDGER", _elsewhere.File("ledger.jsonl"));
        start = stack == Stack.Servers ? start.With("Sessions__Store", "postgres") : start.With("Backups__Passphrase", Passphrase);
        await using var platform = await StandaloneProcess.StartAsync(start, CancellationToken);
        await platform.PairAsync(Busy, CancellationToken);
        await platform.PairAsync(Held, CancellationToken);
        await platform.SetQueueAsync(Busy, new { concurrency = 1, intervalMs = 40, intervalCap = 1 }, CancellationToken);
        await platform.PostAsync($"/api/messages/queue/{Held}/pause", CancellationToken);
        var held = await platform.AcceptAsync(new { from = Held, to = Recipient, message = "held", wait = false }, CancellationToken);
        var ids = new List<string>();
        for (var number = 0; number < Messages; number++)
        {
            ids.Add(await platform.AcceptAsync(new { from = Busy, to = Recipient, message = $"number {number}", wait = false }, CancellationToken));
        }

        var backup = await platform.BackUpAsync(CancellationToken);

        Assert.True(backup.GetProperty("state").GetString() == "completed", $"{backup}\n{platform.Output.Text}");
        Assert.Equal(2, backup.GetProperty("content").GetProperty("rows").GetProperty("devices").GetInt32());
        Assert.Empty(backup.GetProperty("content").GetProperty("missingSessions").EnumerateArray());

        // Sent after the backup: it must not be sent again.
        await platform.PostAsync($"/api/messages/queue/{Held}/resume", CancellationToken);
        await platform.WaitForMessageAsync(held, Messaging.Out, CancellationToken);
        await platform.WaitForAsync(async () => await platform.CountAsync(["queued", "sending", "scheduled"], CancellationToken) == 0, CancellationToken);
        Assert.Equal(Messages + 1, (await SentAsync()).Count);
        var password = platform.AdminPassword;
        await platform.KillAsync(CancellationToken);
        await DestroyAsync(platform, start);

        await AssertDamagedIsRefusedAsync(platform, start, Archive(backup));
        var (exitCode, said) = await RestoreAsync(platform, start, Archive(backup));

        Assert.True(exitCode == 0, said);
        await platform.RestartAsync(CancellationToken);
        Assert.Equal(password, platform.AdminPassword);
        await platform.WaitForStateAsync(Busy, "connected", CancellationToken);
        await platform.WaitForStateAsync(Held, "connected", CancellationToken);
        await platform.PostAsync($"/api/messages/queue/{Held}/resume", CancellationToken);
        var messages = await platform.MessagesAsync(Busy, CancellationToken);
        Assert.Equal(ids, messages.Select(message => message.Id()));
        Assert.All(messages, message => Assert.True(Messaging.Out.Contains(message.Status()) || message.ErrorCodeOf() == "RESTORED", $"{message}"));
        Assert.Equal("uncertain", (await platform.MessageAsync(held, CancellationToken)).Status());

        // It goes on, and what was sent before is sent once.
        foreach (var phone in (string[])[Busy, Held])
        {
            await platform.WaitForMessageAsync(await platform.AcceptAsync(new { from = phone, to = Recipient, message = $"after {phone}", wait = false }, CancellationToken), Messaging.Out, CancellationToken);
        }

        var sent = await SentAsync();
        Assert.Equal(Messages + 3, sent.Count);
        Assert.Equal(sent.Count, sent.Distinct().Count());
    }

    private string Archive(JsonElement backup) => _elsewhere.File("backups", $"{backup.Id()}.tar{(backup.GetProperty("encrypted").GetBoolean() ? ".enc" : "")}");

    private async Task<List<string>> SentAsync() =>
        [.. (await File.ReadAllLinesAsync(_elsewhere.File("ledger.jsonl"), CancellationToken)).Select(LedgerLine.Read).OfType<LedgerLine>().Select(line => line.Text)];

    private async Task DestroyAsync(StandaloneProcess platform, StandaloneStart start)
    {
        await Processes.LeftOver.WaitUntilGoneAsync(platform.DataDirectory, StandaloneProcess.Patience);
        foreach (var directory in Directory.GetDirectories(platform.DataDirectory))
        {
            Directory.Delete(directory, recursive: true);
        }

        foreach (var file in Directory.GetFiles(platform.DataDirectory))
        {
            File.Delete(file);
        }

        if (start.Environment.GetValueOrDefault("ConnectionStrings__wadb") is { } database)
        {
            await postgres.ExecuteAsync($"DROP DATABASE \"{new NpgsqlConnectionStringBuilder(database).Database}\" WITH (FORCE)", CancellationToken);
        }
    }

    private async Task AssertDamagedIsRefusedAsync(StandaloneProcess platform, StandaloneStart start, string archive)
    {
        var bytes = await File.ReadAllBytesAsync(archive, CancellationToken);
        bytes[bytes.Length / 3] ^= 0x10;
        var damaged = _elsewhere.File(Path.GetFileName(archive));
        await File.WriteAllBytesAsync(damaged, bytes, CancellationToken);

        var (exitCode, said) = await RestoreAsync(platform, start, damaged);

        Assert.Equal(4, exitCode);
        Assert.Contains("The archive is damaged", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        Assert.All(Directory.GetFiles(platform.DataDirectory), file => Assert.StartsWith("platform.", Path.GetFileName(file), StringComparison.Ordinal));
        Assert.Empty(Directory.GetDirectories(platform.DataDirectory));
        if (start.Environment.GetValueOrDefault("Backups__Passphrase") is not null)
        {
            Assert.Contains("passphrase", (await RestoreAsync(platform, start.With("Backups__Passphrase", "another passphrase"), archive)).Said, StringComparison.Ordinal);
        }
    }

    private static Task<(int ExitCode, string Said)> RestoreAsync(StandaloneProcess platform, StandaloneStart start, string archive) => StandaloneCommand.RunAsync(
        ["restore", archive], new Dictionary<string, string?>(start.Environment) { ["WAPLATFORM_DATA"] = platform.DataDirectory }, CancellationToken);
}
