using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using WaPlatform.Contracts.Cleanup;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Messages;
using WaPlatform.Contracts.Webhooks;
using WaPlatform.Data.Devices;
using WaPlatform.Data.Messages;
using WaPlatform.Data.Webhooks;
using WaPlatform.Jobs.Cleanup;
using WaPlatform.ProcessHost.Cleanup;
using WaPlatform.ServiceDefaults;
using WaPlatform.Tests.Data;
using WaPlatform.Tests.Jobs.Backups;

namespace WaPlatform.Tests.Jobs.Cleanup;

/// <summary>Thirty days of a platform that receives, sends and flaps, with a cleanup each night: what it keeps stays within its limits.</summary>
public abstract class ThirtyDaysTests(TestDatabase database) : IDisposable
{
    private const string Phone = "5511960000201";
    private const int Days = 30;
    private const int FileBytes = 1000;
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    private readonly ScratchDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(Start);
    private readonly Guid _webhook = Guid.NewGuid();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Run_EachNightForThirtyDays_KeepsTheDataDirectoryBounded()
    {
        var rows = new OldRows(database.Factory, Options.Create(new CleanupOptions { KeepMessages = Week, KeepStates = Week, MaxStates = 50, KeepDeliveries = Week }), _clock);
        var files = new EngineFiles(
            new DataDirectory(_directory.Path),
            Options.Create(new EngineFilesOptions { KeepMedia = Week, MaxMediaBytes = 60 * FileBytes, KeepLeftOvers = TimeSpan.FromDays(1), MaxLeftOverBytes = 5 * FileBytes, KeepOutput = Week, MaxOutputBytes = 5 * FileBytes }),
            _clock);
        var uncertain = await BeginAsync();
        for (var day = 1; day <= Days; day++)
        {
            await LiveADayAsync(day);
            var announced = await CleanAsync(rows, files, dryRun: true);
            var before = await CountAsync();

            var done = await CleanAsync(rows, files, dryRun: false);

            Assert.Equal(announced, done);
            Assert.Equal(before.Bytes - done.Bytes, (await CountAsync()).Bytes);
            var (bytes, messages, states, deliveries) = await CountAsync();
            Assert.InRange(bytes, 1, 80 * FileBytes);
            Assert.InRange(messages, 1, (8 * 10) + 2);
            Assert.InRange(states, 1, 50);
            Assert.InRange(deliveries, 1, (8 * 10) + 1);
        }

        // What nobody may lose: sessions, and messages without an outcome.
        Assert.Equal("session", await File.ReadAllTextAsync(_directory.File("sessions", Phone, "storages", "whatsapp.db"), CancellationToken));
        Assert.Equal("chats", await File.ReadAllTextAsync(_directory.File("sessions", Phone, "storages", "chatstorage.db"), CancellationToken));
        Assert.True(File.Exists(_directory.File("logs", $"{Phone}.log")));
        Assert.True(File.Exists(_directory.File("media", "waits")));
        await using var db = await database.OpenAsync(CancellationToken);
        Assert.Equal(uncertain, await db.Messages.Where(m => uncertain.Contains(m.Id)).OrderBy(m => m.Id).Select(m => m.Id).ToListAsync(CancellationToken));
        Assert.True(await db.WebhookDeliveries.AnyAsync(d => d.Status == DeliveryStatus.Pending, CancellationToken));
    }

    private static Message Message(DateTimeOffset at, MessageStatus status) => new()
    {
        Id = Guid.CreateVersion7(at), PhoneNumber = Phone, To = "5511888888888@s.whatsapp.net", Body = "{}", Status = status, DueAt = at, CreatedAt = at,
    };

    private async Task<List<Guid>> BeginAsync()
    {
        _directory.Write($"sessions/{Phone}/storages/whatsapp.db", "session");
        _directory.Write($"sessions/{Phone}/storages/chatstorage.db", "chats");
        _directory.Write("media/waits", "a file of a queued message");
        Message[] kept = [Message(Start, MessageStatus.Queued), Message(Start.AddSeconds(1), MessageStatus.Uncertain)];
        await using var db = await database.OpenAsync(CancellationToken);
        db.Devices.Add(new Device { PhoneNumber = Phone, Desired = DesiredState.Running, CreatedAt = Start });
        db.Webhooks.Add(new Webhook { Id = _webhook, Url = "https://example.com/", Secret = "s", Events = ["*"], CreatedAt = Start });
        db.Messages.AddRange(kept);
        db.WebhookDeliveries.Add(Delivery(Start, DeliveryStatus.Pending));
        await db.SaveChangesAsync(CancellationToken);
        return [.. kept.Select(message => message.Id)];
    }

    private async Task LiveADayAsync(int day)
    {
        await using var db = await database.OpenAsync(CancellationToken);
        for (var hour = 0; hour < 10; hour++)
        {
            _clock.Advance(TimeSpan.FromHours(2));
            var (now, name) = (_clock.GetUtcNow(), $"{day:D2}{hour:D2}");
            Write($"statics/media/{name}-8c0c7e4a.jpeg");
            Write($"storages/17643{day:D2}{hour:D2}0-8c0c7e4a-0a53-4c57-9a3e-6c8f0f2b1d11.jpe");
            Write($"storages/history-{name}-x.json");
            Write($"statics/senditems/{name}.webp");
            db.Messages.Add(Message(now, hour % 2 == 0 ? MessageStatus.Read : MessageStatus.Failed));
            db.WebhookDeliveries.Add(Delivery(now, hour % 2 == 0 ? DeliveryStatus.Delivered : DeliveryStatus.Dead));
            db.StateChanges.AddRange(
                new StateChange { PhoneNumber = Phone, State = DeviceState.Disconnected, At = now }, new StateChange { PhoneNumber = Phone, State = DeviceState.Connected, At = now });
        }

        WriteAt($"logs/{Phone}.log");
        WriteAt($"logs/551196000{day:D4}.log.1");
        await db.SaveChangesAsync(CancellationToken);
        _clock.Advance(TimeSpan.FromHours(4));
    }

    private void Write(string name) => WriteAt($"sessions/{Phone}/{name}");

    private void WriteAt(string name) => File.SetLastWriteTimeUtc(_directory.Write(name, new string('x', FileBytes)), _clock.GetUtcNow().UtcDateTime);

    private WebhookDelivery Delivery(DateTimeOffset at, DeliveryStatus status) =>
        new() { Id = Guid.CreateVersion7(at), WebhookId = _webhook, EventType = "x", Status = status, CreatedAt = at };

    private static async Task<(long Items, long Bytes)> CleanAsync(OldRows rows, EngineFiles files, bool dryRun)
    {
        IReadOnlyList<CleanupPart> parts = files.Clean("host", phone => phone == Phone, dryRun);
        Assert.All(parts, part => Assert.Null(part.Error));
        var removed = await rows.RemoveMessagesAsync(dryRun, CancellationToken) + await rows.RemoveStatesAsync(dryRun, CancellationToken) + await rows.RemoveDeliveriesAsync(dryRun, CancellationToken);
        return (removed + parts.Sum(part => part.Items), parts.Sum(part => part.Bytes));
    }

    private async Task<(long Bytes, int Messages, int States, int Deliveries)> CountAsync()
    {
        await using var db = await database.OpenAsync(CancellationToken);
        return (
            new DirectoryInfo(_directory.Path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length),
            await db.Messages.CountAsync(CancellationToken), await db.StateChanges.CountAsync(CancellationToken), await db.WebhookDeliveries.CountAsync(CancellationToken));
    }
}

public sealed class SqliteThirtyDaysTests(SqliteTestDatabase database) : ThirtyDaysTests(database), IClassFixture<SqliteTestDatabase>;

public sealed class PostgresThirtyDaysTests(PostgresTestDatabase database) : ThirtyDaysTests(database), IClassFixture<PostgresTestDatabase>;
