using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Events;
using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Messages;
using WaPlatform.ServiceDefaults.Media;
using WaPlatform.ServiceDefaults.Queues;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.ProcessHost.Messages;

/// <summary>What a device's outbox does with messages, on a real host with a real engine process.</summary>
public sealed class OutboxTests(RedisServer redis)
{
    private const string Phone = "5511999990601";
    private const string Recipient = "5511888888888@s.whatsapp.net";

    private DateTimeOffset _next = TimeProvider.System.GetUtcNow();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Queue_PausedCanceledPurgedAndResumed_SendsOnlyWhatIsLeft()
    {
        await using var host = await StartAsync();
        var device = await host.PairAsync(Phone);
        Assert.True((await device.SetQueuePausedAsync(true)).Paused);
        var texts = new[] { "one", "two", "three" };
        var ids = await StoreAsync(host, texts.Select(Text));

        var canceled = await device.CancelMessageAsync(ids[1]);
        Assert.Equal(MessageStatus.Canceled, canceled.Status);
        Assert.Equal(MessageStatus.Canceled, (await device.CancelMessageAsync(ids[1])).Status);
        Assert.Equal(2, (await device.GetQueueAsync()).Pending);
        Assert.Empty(await LedgerAsync(host));

        await device.SetQueuePausedAsync(false);
        await WaitForAsync(host, [ids[0], ids[2]], MessageStatus.Sent);
        Assert.Equal(["one", "three"], await LedgerAsync(host));
        Assert.Equal(ErrorCode.MessageStateConflict, (await Assert.ThrowsAsync<PlatformException>(() => device.CancelMessageAsync(ids[0]))).Code);
        Assert.Equal(ErrorCode.MessageNotFound, (await Assert.ThrowsAsync<PlatformException>(() => device.CancelMessageAsync(Guid.NewGuid()))).Code);

        await device.SetQueuePausedAsync(true);
        var purged = await StoreAsync(host, [Text("four"), Text("five") with { DueAt = _next.AddDays(1) }]);
        Assert.Equal(2, await device.PurgeQueueAsync());
        await device.SetQueuePausedAsync(false);
        await WaitForAsync(host, purged, MessageStatus.Canceled);
        Assert.Equal(["one", "three"], await LedgerAsync(host));
    }

    // The pause belongs to the device, not to the process that keeps it.
    [Fact]
    public async Task Pause_HostRestarted_IsKept()
    {
        var directory = Directory.CreateTempSubdirectory("wa-host-");
        var first = await StartAsync(directory: directory);
        await first.PairAsync(Phone);
        await first.Device(Phone).SetQueuePausedAsync(true);
        var ids = await StoreAsync(first, [Text("later")]);
        await first.StopAsync();

        await using var second = await StartAsync(directory: directory);
        await second.WaitForAsync(Phone, DeviceState.Connected);
        Assert.True((await second.Device(Phone).GetQueueAsync()).Paused);
        await second.Device(Phone).SetQueuePausedAsync(false);

        await WaitForAsync(second, ids, MessageStatus.Sent);
    }

    [Fact]
    public async Task Attempt_FailsForAWhile_IsRepeatedInItsOrderAndGivenUpInTheEnd()
    {
        await using var host = await StartAsync(("Sending:FirstRetryDelay", "00:00:00.050"));
        var device = await host.PairAsync(Phone);
        await host.ControlAsync(Phone, "sends", new { mode = "error", status = 500, message = "server returned error 479", count = 3 });
        var ids = await StoreAsync(host, [Text("stubborn"), Text("patient")]);
        await WaitForAsync(host, ids, MessageStatus.Sent);
        Assert.Equal(["stubborn", "patient"], await LedgerAsync(host));

        await host.ControlAsync(Phone, "sends", new { mode = "error", status = 500, message = "server returned error 479", count = 5 });
        var hopeless = await StoreAsync(host, [Text("hopeless"), Text("after it")]);
        await WaitForAsync(host, hopeless, MessageStatus.Sent, hopeless[0]);
        var message = await host.QueryAsync(db => db.Messages.SingleAsync(m => m.Id == hopeless[0], CancellationToken));
        Assert.Equal((MessageStatus.Failed, 5, "INTERNAL_SERVER_ERROR"), (message.Status, message.Attempts, message.ErrorCode));
        Assert.Equal(
            [MessageHop.Attempt, MessageHop.EngineAnswer, MessageHop.Attempt],
            Timeline.Read(message).Select(step => step.Hop).Skip(2).Take(3));
        Assert.Equal(MessageHop.Failed, Timeline.Read(message)[^1].Hop);

        Assert.Equal(MessageStatus.Queued, (await device.RetryMessageAsync(hopeless[0])).Status);
        await WaitForAsync(host, hopeless, MessageStatus.Sent);
        Assert.Equal(["stubborn", "patient", "after it", "hopeless"], await LedgerAsync(host));
        Assert.Equal(ErrorCode.MessageStateConflict, (await Assert.ThrowsAsync<PlatformException>(() => device.RetryMessageAsync(hopeless[0]))).Code);
    }

    [Fact]
    public async Task Index_LostWhileMessagesWait_IsMadeAnewWithoutLossOrDisorder()
    {
        var connectionString = await redis.CreateDatabaseAsync(CancellationToken);
        await using var host = await RunningHost.StartAsync(connectionString);
        var device = await host.PairAsync(Phone);
        await device.SetQueuePausedAsync(true);
        var texts = Enumerable.Range(0, 60).Select(n => $"text {n}").ToList();
        var ids = await StoreAsync(host, texts.Take(50).Select(Text));

        await host.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase().KeyDeleteAsync($"wa:queue:{Phone}");
        ids.AddRange(await StoreAsync(host, texts.Skip(50).Select(Text)));
        await device.SetQueuePausedAsync(false);

        await WaitForAsync(host, ids, MessageStatus.Sent);
        Assert.Equal(texts, await LedgerAsync(host));
    }

    // A gateway that dies between the commit and the index leaves rows that nobody points at.
    [Fact]
    public async Task Rows_NobodyTold_AreFoundWhenTheOwnerIsToldOfTheGap()
    {
        await using var host = await StartAsync();
        var device = await host.PairAsync(Phone);
        var ids = await StoreAsync(host, [Text("unheard of")], indexes: false);

        await device.WakeQueueAsync(unindexed: true);

        await WaitForAsync(host, ids, MessageStatus.Sent);
    }

    [Fact]
    public async Task Media_Uploaded_ReachesTheEngineWholeAndIsRemovedAfterwards()
    {
        await using var host = await StartAsync();
        await host.PairAsync(Phone);
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        var media = host.Services.GetRequiredService<MediaStore>();
        var (key, size) = await media.WriteAsync(new MemoryStream(bytes), 1_000_000, CancellationToken);
        var image = new Draft(MessageType.Image, """{"caption":"Férias \"2026\"","view_once":true}""", null, new MediaFile(key, "praia ção.png", "image/png", size));

        var ids = await StoreAsync(host, [image]);

        await WaitForAsync(host, ids, MessageStatus.Sent);
        var line = (await LedgerLinesAsync(host)).Single();
        Assert.Equal(("image", "Férias \"2026\""), (line.GetProperty("kind").GetString(), line.GetProperty("body").GetString()));
        var file = line.GetProperty("file");
        Assert.Equal(("praia ção.png", Convert.ToHexStringLower(SHA256.HashData(bytes)), "image/png"), (
            file.GetProperty("name").GetString(), file.GetProperty("sha256").GetString(), file.GetProperty("contentType").GetString()));
        await Assert.ThrowsAsync<FileNotFoundException>(() => media.OpenAsync(key, CancellationToken));
        Assert.Null((await host.QueryAsync(db => db.Messages.SingleAsync(m => m.Id == ids[0], CancellationToken))).Media);

        var lost = await StoreAsync(host, [image]);
        await WaitForAsync(host, lost, MessageStatus.Failed);
        await host.QueryAsync(db => db.Messages.Where(m => m.Id == lost[0]).ExecuteUpdateAsync(set => set.SetProperty(m => m.Media, (MediaFile?)null), CancellationToken));
        Assert.Equal(ErrorCode.MessageStateConflict, (await Assert.ThrowsAsync<PlatformException>(() => host.Device(Phone).RetryMessageAsync(lost[0]))).Code);
        Assert.Equal("MEDIA_LOST", (await host.QueryAsync(db => db.Messages.SingleAsync(m => m.Id == lost[0], CancellationToken))).ErrorCode);
    }

    [Fact]
    public async Task EveryKind_GoesOutAsTheEngineTakesIt()
    {
        await using var host = await StartAsync();
        await host.PairAsync(Phone);
        Draft[] drafts =
        [
            new(MessageType.Contact, """{"contact_name":"Ana","contact_phone":"5511977776666"}"""),
            new(MessageType.Link, """{"link":"https://example.com/a","caption":"look"}"""),
            new(MessageType.Location, """{"latitude":"-23.5","longitude":"-46.6"}"""),
            new(MessageType.Poll, """{"question":"When?","options":["Mon","Tue"],"max_answer":1}"""),
            new(MessageType.ChatPresence, """{"action":"start"}"""),
            new(MessageType.Text, """{"message":"hi","reply_message_id":"3EB0AA","mentions":["5511977776666"],"duration":86400,"is_forwarded":true}"""),
        ];

        var ids = await StoreAsync(host, drafts);

        await WaitForAsync(host, ids, MessageStatus.Sent);
        Assert.Equal(["contact", "link", "location", "poll", "text"], (await LedgerLinesAsync(host)).Select(line => line.GetProperty("kind").GetString()));
        Assert.All(await host.QueryAsync(db => db.Messages.ToListAsync(CancellationToken)), m => Assert.Equal(m.Type == MessageType.ChatPresence, m.WhatsappMessageId is null));
    }

    [Fact]
    public async Task SimulateTyping_Text_ShowsTypingFirst()
    {
        await using var host = await StartAsync();
        await host.PairAsync(Phone);
        await host.QueryAsync(db => db.Devices.ExecuteUpdateAsync(set => set.SetProperty(d => d.SimulateTyping, true), CancellationToken));
        await host.Device(Phone).ReloadSettingsAsync();

        var ids = await StoreAsync(host, [Text("typed")]);

        await WaitForAsync(host, ids, MessageStatus.Sent);
        var counters = await host.ControlAsync(Phone, "counters");
        Assert.Equal(1, counters.GetProperty("POST /send/chat-presence").GetInt32());
        var message = await host.QueryAsync(db => db.Messages.SingleAsync(CancellationToken));
        Assert.InRange((message.SentAt - message.SendingAt)!.Value.TotalSeconds, 0.5, 30);
    }

    [Fact]
    public async Task Expired_WhileTheDeviceIsStopped_EndsWithoutTheEngine()
    {
        await using var host = await StartAsync(("Supervision:FleetInterval", "00:00:01"));
        var device = await host.PairAsync(Phone);
        await device.StopAsync();

        var ids = await StoreAsync(host, [Text("too late") with { ExpiresAt = TimeProvider.System.GetUtcNow().AddSeconds(1) }]);

        await WaitForAsync(host, ids, MessageStatus.Expired);
        await host.WaitForEventAsync(Phone, EventTypes.MessageStatus, data => data.GetProperty("status").GetString() == "expired");
        await device.StartAsync();
        await host.WaitForAsync(Phone, DeviceState.Connected);
        Assert.Equal(ErrorCode.MessageStateConflict, (await Assert.ThrowsAsync<PlatformException>(() => device.CancelMessageAsync(ids[0]))).Code);
        Assert.False(File.Exists(LedgerFile(host)));
    }

    private async Task<RunningHost> StartAsync(params (string Key, string Value)[] options) => await StartAsync(null, options);

    private async Task<RunningHost> StartAsync(DirectoryInfo? directory, params (string Key, string Value)[] options) => await RunningHost.StartAsync(
        await redis.CreateDatabaseAsync(CancellationToken), options.ToDictionary(option => option.Key, option => (string?)option.Value), directory);

    private static Draft Text(string text) => new(MessageType.Text, JsonSerializer.Serialize(new { message = text }));

    // As a gateway does: the rows, their places in the queue, a word to the owner.
    private async Task<List<Guid>> StoreAsync(RunningHost host, IEnumerable<Draft> drafts, bool indexes = true)
    {
        var messages = drafts.Select(draft =>
        {
            _next = _next.AddMilliseconds(1);
            return new Message
            {
                Id = Guid.CreateVersion7(_next), PhoneNumber = Phone, To = Recipient, Type = draft.Type, Body = draft.Body, Media = draft.Media, CreatedAt = _next,
                Status = draft.DueAt is null ? MessageStatus.Queued : MessageStatus.Scheduled, DueAt = draft.DueAt ?? _next, ScheduledAt = draft.DueAt, ExpiresAt = draft.ExpiresAt,
            };
        }).ToList();
        await host.QueryAsync(db =>
        {
            db.Messages.AddRange(messages);
            return db.SaveChangesAsync(CancellationToken);
        });
        if (indexes)
        {
            await host.Services.GetRequiredService<QueueIndex>().AddAsync(Phone, messages.Select(m => new QueueEntry(m.Id, m.Priority, m.ScheduledAt)));
            await host.Device(Phone).WakeQueueAsync(unindexed: false);
        }

        return [.. messages.Select(message => message.Id)];
    }

    private static async Task WaitForAsync(RunningHost host, IReadOnlyCollection<Guid> ids, MessageStatus atLeast, Guid? but = null)
    {
        List<Message> messages = [];
        await RunningHost.UntilAsync(
            async () =>
            {
                messages = await host.QueryAsync(db => db.Messages.AsNoTracking().Where(m => ids.Contains(m.Id)).OrderBy(m => m.Id).ToListAsync(CancellationToken));
                return messages.All(m => m.Status >= atLeast);
            },
            () => string.Join("\n", messages.Select(m => $"{m.Status} {m.ErrorDetail} {m.Timeline}")));
        Assert.All(messages.Where(m => m.Id != but), m => Assert.True(atLeast >= MessageStatus.Failed ? m.Status == atLeast : m.Status < MessageStatus.Failed, $"{m.Status}: {m.Timeline}"));
    }

    private static string LedgerFile(RunningHost host) => Path.Combine(host.DataDirectory, "sessions", Phone, "sim-ledger.jsonl");

    private static async Task<List<JsonElement>> LedgerLinesAsync(RunningHost host) =>
        File.Exists(LedgerFile(host)) ? [.. (await File.ReadAllLinesAsync(LedgerFile(host), CancellationToken)).Select(line => JsonElement.Parse(line))] : [];

    private static async Task<List<string>> LedgerAsync(RunningHost host) => [.. (await LedgerLinesAsync(host)).Select(line => line.GetProperty("body").GetString()!)];

    private sealed record Draft(MessageType Type, string Body, DateTimeOffset? DueAt = null, MediaFile? Media = null, DateTimeOffset? ExpiresAt = null);
}
