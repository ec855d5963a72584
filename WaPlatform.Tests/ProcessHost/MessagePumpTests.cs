using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Messages;
using WaPlatform.ServiceDefaults.Queues;
using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.ProcessHost;

/// <summary>Messages from row to ledger, on both databases, with a real engine process.</summary>
public sealed class MessagePumpTests(RedisServer redis, PostgresServer postgres)
{
    private const string Phone = "5511999990401";
    private const string Recipient = "5511888888888@s.whatsapp.net";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Submit_ManyWithPriorities_GoOutOnceAndInOrder(string database)
    {
        await using var host = await StartAsync(database);
        var device = await host.PairAsync(Phone);
        await host.ControlAsync(Phone, "network", new { up = false });
        await host.WaitForAsync(Phone, live => live.State != DeviceState.Connected);
        var texts = Enumerable.Range(0, 20).Select(n => (Text: $"text {n}", Priority: n % 3)).ToList();
        var ids = await StoreAsync(host, texts);
        Assert.Equal(MessageStatus.Queued, (await device.SubmitAsync(ids[0], TimeSpan.Zero))!.Status);
        Assert.Equal(20, (await device.GetLiveAsync()).Queue.Pending);

        await host.ControlAsync(Phone, "network", new { up = true });

        await WaitForStatusAsync(host, ids, MessageStatus.Delivered);
        Assert.Equal(texts.OrderBy(text => text.Priority).Select(text => text.Text), await LedgerAsync(host));
        Assert.Equal(0, (await device.GetLiveAsync()).Queue.Pending);
    }

    [Fact]
    public async Task Submit_EngineCutsTheAnswerAfterSending_IsSettledAsSentAndNotSentAgain()
    {
        await using var host = await StartAsync("sqlite");
        await host.PairAsync(Phone);
        await host.ControlAsync(Phone, "sends", new { mode = "commitThenDrop", count = 1 });
        var ids = await StoreAsync(host, [("only once", 5)]);

        await host.Device(Phone).SubmitAsync(ids[0], TimeSpan.FromSeconds(40));

        await WaitForStatusAsync(host, ids, MessageStatus.Sent);
        Assert.Equal(["only once"], await LedgerAsync(host));
    }

    [Fact]
    public async Task Submit_EngineBreaksOffWithoutSending_IsSentAgainInItsOrder()
    {
        await using var host = await StartAsync("sqlite");
        var device = await host.PairAsync(Phone);
        await host.ControlAsync(Phone, "sends", new { mode = "drop", count = 1 });
        var ids = await StoreAsync(host, [("first", 5), ("second", 5)]);

        Assert.Equal(MessageStatus.Sent, (await device.SubmitAsync(ids[0], TimeSpan.FromSeconds(60)))!.Status);

        await WaitForStatusAsync(host, ids, MessageStatus.Sent);
        Assert.Equal(["first", "second"], await LedgerAsync(host));
    }

    [Theory]
    [InlineData("Hold", MessageStatus.Uncertain, new[] { "surely" })]
    [InlineData("Resend", MessageStatus.Sent, new[] { "perhaps", "surely" })]
    public async Task Submit_NobodyKnowsWhetherItWasSent_IsHeldOrSentAgainAsConfigured(string policy, MessageStatus expected, string[] ledger)
    {
        await using var host = await StartAsync("sqlite", ("Sending:InDoubt", policy));
        var device = await host.PairAsync(Phone);
        await host.ControlAsync(Phone, "sends", new { mode = "error", status = 504, code = "GATEWAY_TIMEOUT", message = "Request timed out", count = 1 });
        var ids = await StoreAsync(host, [("perhaps", 5), ("surely", 5)]);

        Assert.Equal(expected, (await device.SubmitAsync(ids[0], TimeSpan.FromSeconds(60)))!.Status);

        await WaitForStatusAsync(host, [ids[1]], MessageStatus.Sent);
        Assert.Equal(ledger, await LedgerAsync(host));
    }

    [Fact]
    public async Task Submit_EngineRefuses_FailsWithItsOwnCode()
    {
        await using var host = await StartAsync("sqlite");
        var device = await host.PairAsync(Phone);
        await host.ControlAsync(Phone, "sends", new { mode = "error", status = 400, code = "INVALID_JID", message = "not on whatsapp", count = 1 });
        var ids = await StoreAsync(host, [("never", 5)]);

        Assert.Equal(MessageStatus.Failed, (await device.SubmitAsync(ids[0], TimeSpan.FromSeconds(30)))!.Status);

        var message = await host.QueryAsync(database => database.Messages.SingleAsync(m => m.Id == ids[0], CancellationToken));
        Assert.Equal(("INVALID_JID", 1), (message.ErrorCode, message.Attempts));
    }

    [Fact]
    public async Task Restart_WhileTheEngineHasAMessageInHand_WaitsForItsOutcome()
    {
        await using var host = await StartAsync("sqlite");
        var device = await host.PairAsync(Phone);
        await host.ControlAsync(Phone, "sends", new { mode = "slow", latencyMs = 1500, count = 1 });
        var ids = await StoreAsync(host, [("in hand", 5)]);
        var submitted = device.SubmitAsync(ids[0], TimeSpan.FromSeconds(30));
        await WaitForStatusAsync(host, ids, MessageStatus.Sending);

        await device.RestartAsync();

        Assert.Equal(MessageStatus.Sent, (await submitted)!.Status);
        await host.WaitForAsync(Phone, DeviceState.Connected);
        Assert.Equal(["in hand"], await LedgerAsync(host));
    }

    private async Task<RunningHost> StartAsync(string database, params (string Key, string Value)[] options)
    {
        var settings = options.ToDictionary(option => option.Key, option => (string?)option.Value);
        if (database == "postgres")
        {
            settings["ConnectionStrings:wadb"] = await postgres.NameDatabaseAsync(CancellationToken);
        }

        return await RunningHost.StartAsync(await redis.CreateDatabaseAsync(CancellationToken), settings);
    }

    // As a gateway does: the rows, then their places in the queue.
    private static async Task<List<Guid>> StoreAsync(RunningHost host, IReadOnlyList<(string Text, int Priority)> texts)
    {
        var now = TimeProvider.System.GetUtcNow();
        var messages = texts.Select((text, index) => new Message
        {
            Id = Guid.CreateVersion7(now.AddMilliseconds(index)), PhoneNumber = Phone, To = Recipient, Type = MessageType.Text,
            Body = JsonSerializer.Serialize(new { message = text.Text }), Status = MessageStatus.Queued, Priority = text.Priority, DueAt = now, CreatedAt = now,
        }).ToList();
        await host.QueryAsync(database =>
        {
            database.Messages.AddRange(messages);
            return database.SaveChangesAsync(CancellationToken);
        });
        await host.Services.GetRequiredService<QueueIndex>().AddAsync(Phone, messages.Select(m => new QueueEntry(m.Id, m.Priority, null)));
        return [.. messages.Select(message => message.Id)];
    }

    private static async Task WaitForStatusAsync(RunningHost host, IReadOnlyCollection<Guid> ids, MessageStatus atLeast)
    {
        List<MessageStatus> statuses = [];
        await RunningHost.UntilAsync(
            async () =>
            {
                statuses = await host.QueryAsync(database => database.Messages.Where(m => ids.Contains(m.Id)).Select(m => m.Status).ToListAsync(CancellationToken));
                return statuses.All(status => status >= atLeast);
            },
            () => string.Join(", ", statuses));
        Assert.All(statuses, status => Assert.InRange(status, atLeast, MessageStatus.Read));
    }

    private static async Task<List<string>> LedgerAsync(RunningHost host)
    {
        // The file: it holds what earlier processes of the device sent, too.
        var lines = await File.ReadAllLinesAsync(Path.Combine(host.DataDirectory, "sessions", Phone, "sim-ledger.jsonl"), CancellationToken);
        return [.. lines.Select(line => JsonElement.Parse(line).GetProperty("body").GetString()!)];
    }
}
