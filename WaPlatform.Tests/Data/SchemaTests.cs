using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Events;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data;
using WaPlatform.Data.Devices;
using WaPlatform.Data.Events;
using WaPlatform.Data.Messages;

namespace WaPlatform.Tests.Data;

/// <summary>What the rest of the platform relies on in either database.</summary>
public abstract class SchemaTests(TestDatabase database)
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    // A version 7 UUID is in order from one millisecond to the next only.
    private static int _milliseconds;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrations_TheModelOfToday_LeaveNothingToAdd()
    {
        await using var context = await database.OpenAsync(CancellationToken);

        Assert.False(context.Database.HasPendingModelChanges(), "The model has changed: add a migration for both providers (docs/migrations.md).");
        Assert.Empty(await context.Database.GetPendingMigrationsAsync(CancellationToken));
    }

    [Fact]
    public async Task Devices_NumberTaken_IsAUniqueViolation()
    {
        var device = await AddDeviceAsync();

        await using var context = await database.OpenAsync(CancellationToken);
        context.Devices.Add(NewDevice(device.PhoneNumber));
        var refused = await Assert.ThrowsAsync<DbUpdateException>(() => context.SaveChangesAsync(CancellationToken));

        Assert.True(refused.IsUniqueViolation());
    }

    [Fact]
    public async Task Messages_IdempotencyKeyUsedBefore_IsAUniqueViolation()
    {
        var device = await AddDeviceAsync();
        await AddAsync(NewMessage(device, key: "once"));

        var refused = await Assert.ThrowsAsync<DbUpdateException>(() => AddAsync(NewMessage(device, key: "once")));

        Assert.True(refused.IsUniqueViolation());
    }

    [Fact]
    public async Task Messages_SameKeyOnAnotherDevice_IsAnotherMessage()
    {
        await AddAsync(NewMessage(await AddDeviceAsync(), key: "once"));
        await AddAsync(NewMessage(await AddDeviceAsync(), key: "once"));
    }

    [Fact]
    public async Task Messages_WithoutKey_AreNeverTheSame()
    {
        var device = await AddDeviceAsync();

        await AddAsync(NewMessage(device), NewMessage(device));
    }

    [Fact]
    public async Task Messages_OfAnUnknownDevice_AreRefusedButNotAsTaken()
    {
        var refused = await Assert.ThrowsAsync<DbUpdateException>(() => AddAsync(NewMessage(NewDevice("19995550000"))));

        Assert.False(refused.IsUniqueViolation());
    }

    [Fact]
    public async Task Messages_UnsentOfADevice_ComeByPriorityThenAcceptance()
    {
        var device = await AddDeviceAsync();
        Message[] messages =
        [
            NewMessage(device), NewMessage(device), NewMessage(device, priority: 0), NewMessage(device, priority: 9), NewMessage(device),
        ];
        messages[4].Status = MessageStatus.Sent;
        await AddAsync(messages);

        await using var context = await database.OpenAsync(CancellationToken);
        var due = await context.Messages
            .Where(m => m.PhoneNumber == device.PhoneNumber && m.Status == MessageStatus.Queued)
            .OrderBy(m => m.Priority).ThenBy(m => m.Id).Select(m => m.Id).ToListAsync(CancellationToken);

        Assert.Equal([messages[2].Id, messages[0].Id, messages[1].Id, messages[3].Id], due);
    }

    [Fact]
    public async Task Events_SequenceTaken_IsAUniqueViolation()
    {
        await AddAsync(NewEvent("15551230001", 1), NewEvent("15551230001", 2), NewEvent("15551230002", 1));

        var refused = await Assert.ThrowsAsync<DbUpdateException>(() => AddAsync(NewEvent("15551230001", 2)));

        Assert.True(refused.IsUniqueViolation());
    }

    [Fact]
    public async Task Devices_Removed_TakeTheirMessagesAndHistoryAlong()
    {
        var device = await AddDeviceAsync();
        await AddAsync(NewMessage(device), new StateChange { PhoneNumber = device.PhoneNumber, State = DeviceState.Starting, At = Noon });

        await using var context = await database.OpenAsync(CancellationToken);
        await context.Devices.Where(d => d.PhoneNumber == device.PhoneNumber).ExecuteDeleteAsync(CancellationToken);

        Assert.False(await context.Messages.AnyAsync(m => m.PhoneNumber == device.PhoneNumber, CancellationToken));
        Assert.False(await context.StateChanges.AnyAsync(c => c.PhoneNumber == device.PhoneNumber, CancellationToken));
    }

    [Theory]
    [InlineData("2026-03-01T12:00:00.123456Z")]
    [InlineData("2026-03-01T14:00:00+02:00")]
    [InlineData("1969-07-20T20:17:40Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    public async Task Times_OfAnyOffset_ComeBackAsTheSameMomentInUtc(string text)
    {
        var time = DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        var device = await AddDeviceAsync();
        var message = NewMessage(device);
        message.DueAt = time;
        await AddAsync(message);

        await using var context = await database.OpenAsync(CancellationToken);
        var stored = await context.Messages.AsNoTracking().SingleAsync(m => m.Id == message.Id && m.DueAt == time, CancellationToken);

        Assert.Equal(time.UtcDateTime, stored.DueAt.UtcDateTime);
        Assert.Equal(TimeSpan.Zero, stored.DueAt.Offset);
    }

    [Fact]
    public async Task Times_AreComparedAndOrderedByTheDatabase()
    {
        var device = await AddDeviceAsync();
        DateTimeOffset[] times = [Noon.AddMicroseconds(1), Noon.AddYears(-60), Noon, new(2026, 3, 1, 13, 30, 0, TimeSpan.FromHours(2))];
        foreach (var time in times)
        {
            var message = NewMessage(device);
            message.DueAt = time;
            await AddAsync(message);
        }

        await using var context = await database.OpenAsync(CancellationToken);
        var due = await context.Messages.Where(m => m.PhoneNumber == device.PhoneNumber && m.DueAt <= Noon)
            .OrderByDescending(m => m.DueAt).Select(m => m.DueAt).ToListAsync(CancellationToken);

        Assert.Equal([times[2], times[3].ToUniversalTime(), times[1]], due);
    }

    private static Device NewDevice(string phoneNumber) => new() { PhoneNumber = phoneNumber, Since = Noon, CreatedAt = Noon, UpdatedAt = Noon };

    private static Message NewMessage(Device device, string? key = null, int priority = 5) => new()
    {
        Id = Guid.CreateVersion7(Noon.AddMilliseconds(Interlocked.Increment(ref _milliseconds))),
        PhoneNumber = device.PhoneNumber,
        To = "15550009999@s.whatsapp.net",
        Body = "{}",
        Status = MessageStatus.Queued,
        Priority = priority,
        IdempotencyKey = key,
        DueAt = Noon,
        CreatedAt = Noon,
    };

    private static JournalEvent NewEvent(string phoneNumber, long sequence) =>
        new() { PhoneNumber = phoneNumber, Sequence = sequence, Type = EventTypes.Paired, At = Noon, Data = "{}" };

    private async Task<Device> AddDeviceAsync()
    {
        var device = NewDevice($"1{Random.Shared.NextInt64(1_000_000_000, 9_999_999_999)}");
        await AddAsync(device);
        return device;
    }

    private async Task AddAsync(params IEnumerable<object> rows)
    {
        await using var context = await database.OpenAsync(CancellationToken);
        context.AddRange(rows);
        await context.SaveChangesAsync(CancellationToken);
    }
}

public sealed class SqliteSchemaTests(SqliteTestDatabase database) : SchemaTests(database), IClassFixture<SqliteTestDatabase>;

public sealed class PostgresSchemaTests(PostgresTestDatabase database) : SchemaTests(database), IClassFixture<PostgresTestDatabase>;
