using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Access;
using WaPlatform.Data.Devices;
using WaPlatform.Data.Messages;
using WaPlatform.Jobs.Sweeps;
using WaPlatform.Tests.Data;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Jobs;

/// <summary>One run of the sweep, on either database.</summary>
public abstract class SweepTests(TestDatabase database)
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Overdue = Noon - OverdueQueues.WaitingLimit - TimeSpan.FromSeconds(1);
    private static readonly DateTimeOffset Stuck = Noon - OverdueQueues.SendingLimit - TimeSpan.FromSeconds(1);

    private static int _ids;
    private static long _phones = 5511970000000;

    private readonly FakeDevices _devices = new();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_AMessageIsOverdue_WakesItsOwner()
    {
        var phone = await AddDeviceAsync();
        await AddMessageAsync(phone, Overdue);

        await CreateSweep().RunAsync(CancellationToken);

        Assert.Equal([false], _devices[phone].Wakes);
    }

    [Fact]
    public async Task Run_NothingMovedSinceTheRoundBefore_HasTheQueueLookedThroughAnew()
    {
        var phone = await AddDeviceAsync();
        await AddMessageAsync(phone, Overdue);
        var sweep = CreateSweep();

        await sweep.RunAsync(CancellationToken);
        await AddMessageAsync(phone, Overdue);
        await sweep.RunAsync(CancellationToken);

        Assert.Equal([false, true], _devices[phone].Wakes);
    }

    [Fact]
    public async Task Run_TheQueueMoves_LeavesItsIndexAlone()
    {
        var phone = await AddDeviceAsync();
        var first = await AddMessageAsync(phone, Overdue);
        await AddMessageAsync(phone, Overdue);
        var sweep = CreateSweep();

        await sweep.RunAsync(CancellationToken);
        await using (var db = await database.OpenAsync(CancellationToken))
        {
            await db.Messages.Where(message => message.Id == first).ExecuteUpdateAsync(set => set.SetProperty(message => message.Status, MessageStatus.Sent), CancellationToken);
        }

        await sweep.RunAsync(CancellationToken);

        Assert.Equal([false, false], _devices[phone].Wakes);
    }

    [Fact]
    public async Task Run_AMessageNeverCameBackFromTheEngine_HasTheQueueLookedThroughAnew()
    {
        var phone = await AddDeviceAsync();
        await AddMessageAsync(phone, Overdue, sendingAt: Stuck);

        await CreateSweep().RunAsync(CancellationToken);

        Assert.Equal([true], _devices[phone].Wakes);
    }

    [Fact]
    public async Task Run_NothingIsOverdue_WakesNobody()
    {
        var waits = await AddDeviceAsync();
        await AddMessageAsync(waits, Noon);
        await AddMessageAsync(waits, Noon + TimeSpan.FromHours(1), MessageStatus.Scheduled);
        await AddMessageAsync(waits, Overdue, MessageStatus.Sent);
        await AddMessageAsync(waits, Overdue, MessageStatus.Failed);
        await AddMessageAsync(waits, Overdue, sendingAt: Noon);

        await CreateSweep().RunAsync(CancellationToken);

        Assert.Empty(_devices[waits].Wakes);
    }

    [Fact]
    public async Task Run_NobodyWantsThemSent_WakesNobody()
    {
        var stopped = await AddDeviceAsync(device => device.Desired = DesiredState.Stopped);
        await AddMessageAsync(stopped, Overdue);
        await AddMessageAsync(stopped, Overdue, sendingAt: Stuck);
        var paused = await AddDeviceAsync(device => device.QueuePaused = true);
        await AddMessageAsync(paused, Overdue);

        await CreateSweep().RunAsync(CancellationToken);

        Assert.Empty(_devices[stopped].Wakes);
        Assert.Empty(_devices[paused].Wakes);
    }

    [Fact]
    public async Task Run_MoreDevicesThanABatch_WakesThemAllButTheOneThatFails()
    {
        var phones = new List<string>();
        await using (var db = await database.OpenAsync(CancellationToken))
        {
            for (var count = 0; count < 450; count++)
            {
                phones.Add(NextPhone());
                db.Devices.Add(NewDevice(phones[^1]));
                db.Messages.Add(NewMessage(phones[^1], Overdue));
            }

            await db.SaveChangesAsync(CancellationToken);
        }

        _devices[phones[0]].Failure = new TimeoutException();
        await CreateSweep().RunAsync(CancellationToken);

        Assert.All(phones, phone => Assert.Single(_devices[phone].Wakes));
    }

    [Fact]
    public async Task Run_RefreshTokens_RemovesThoseWhoseTimeIsOver()
    {
        var user = new User { Id = Guid.NewGuid(), Username = NextPhone(), NormalizedUsername = NextPhone(), PasswordHash = "-", SecurityStamp = "-", CreatedAt = Noon };
        var valid = NewToken(user, Noon + TimeSpan.FromSeconds(1));
        await using var db = await database.OpenAsync(CancellationToken);
        db.Users.Add(user);
        db.RefreshTokens.Add(valid);
        db.RefreshTokens.AddRange(Enumerable.Range(0, 1500).Select(second => NewToken(user, Noon - TimeSpan.FromSeconds(second + 1))));
        await db.SaveChangesAsync(CancellationToken);

        await CreateSweep().RunAsync(CancellationToken);

        Assert.Equal([valid.Hash], await db.RefreshTokens.Where(token => token.UserId == user.Id).Select(token => token.Hash).ToListAsync(CancellationToken));
    }

    private static string NextPhone() => $"{Interlocked.Increment(ref _phones)}";

    // In the order in which they are made, as those of accepted messages are; two of one millisecond would not be.
    private static Guid NextId() => Guid.CreateVersion7(Noon.AddMilliseconds(Interlocked.Increment(ref _ids)));

    private static RefreshToken NewToken(User user, DateTimeOffset expiresAt) =>
        new() { Hash = $"{Guid.NewGuid():N}{Guid.NewGuid():N}", UserId = user.Id, Family = Guid.NewGuid(), ExpiresAt = expiresAt };

    private static Device NewDevice(string phone) => new() { PhoneNumber = phone, Desired = DesiredState.Running, CreatedAt = Noon };

    private static Message NewMessage(string phone, DateTimeOffset dueAt, MessageStatus status = MessageStatus.Queued) =>
        new() { Id = NextId(), PhoneNumber = phone, To = "5511888888888@s.whatsapp.net", Body = "{}", Status = status, DueAt = dueAt, CreatedAt = dueAt };

    private Sweep CreateSweep()
    {
        var clock = new FakeTimeProvider(Noon);
        return new Sweep(new OverdueQueues(database.Factory, _devices, clock), new ExpiredTokens(database.Factory, clock), clock, NullLogger<Sweep>.Instance);
    }

    private async Task<string> AddDeviceAsync(Action<Device>? change = null)
    {
        var device = NewDevice(NextPhone());
        change?.Invoke(device);
        await using var db = await database.OpenAsync(CancellationToken);
        db.Devices.Add(device);
        await db.SaveChangesAsync(CancellationToken);
        return device.PhoneNumber;
    }

    /// <summary>Adds a message that waits, or is being sent since <paramref name="sendingAt"/>. Each goes after those before.</summary>
    private async Task<Guid> AddMessageAsync(string phone, DateTimeOffset dueAt, MessageStatus status = MessageStatus.Queued, DateTimeOffset? sendingAt = null)
    {
        var message = NewMessage(phone, dueAt, sendingAt is null ? status : MessageStatus.Sending);
        message.SendingAt = sendingAt;
        await using var db = await database.OpenAsync(CancellationToken);
        db.Messages.Add(message);
        await db.SaveChangesAsync(CancellationToken);
        return message.Id;
    }
}

public sealed class SqliteSweepTests(SqliteTestDatabase database) : SweepTests(database), IClassFixture<SqliteTestDatabase>;

public sealed class PostgresSweepTests(PostgresTestDatabase database) : SweepTests(database), IClassFixture<PostgresTestDatabase>;
