using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using WaPlatform.Contracts.Devices;
using WaPlatform.Data;
using WaPlatform.Data.Devices;
using WaPlatform.Data.Hosts;

namespace WaPlatform.Tests.Data;

/// <summary>Writes of many callers in one transaction, on either database.</summary>
public abstract class GroupCommitTests(TestDatabase database)
{
    // Numbers of one test are no other's.
    private static int _numbers = 200_000_000;

    private readonly string _prefix = $"55{Interlocked.Add(ref _numbers, 1000)}";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_OneOfManyFails_TheOthersAreCommittedAndOnlyItsCallerIsTold()
    {
        await using var writes = new GroupCommit(database.Factory);
        var added = Enumerable.Range(0, 20).Select(n => AddAsync(writes, Number(n))).ToList();

        // The same number again: the index refuses it.
        var twice = AddAsync(writes, Number(0));
        var last = AddAsync(writes, Number(99));

        await Task.WhenAll(added);
        await last;
        var refused = await Assert.ThrowsAnyAsync<DbUpdateException>(() => twice);
        Assert.True(refused.IsUniqueViolation());
        await using var db = await database.OpenAsync(CancellationToken);
        Assert.Equal(21, await db.Devices.CountAsync(d => d.PhoneNumber.StartsWith(_prefix.Substring(0, _prefix.Length - 3)), CancellationToken));
    }

    [Fact]
    public async Task Run_ManyAtOnce_AreWrittenInTheirOrder()
    {
        await using var writes = new GroupCommit(database.Factory);
        await AddAsync(writes, Number(0));

        await Task.WhenAll(Enumerable.Range(1, 500).Select(n => writes.RunAsync(db =>
            db.Devices.Where(d => d.PhoneNumber == Number(0) && d.IntervalMs == n - 1).ExecuteUpdateAsync(set => set.SetProperty(d => d.IntervalMs, n)))));

        await using var context = await database.OpenAsync(CancellationToken);
        Assert.Equal(500, (await context.Devices.SingleAsync(d => d.PhoneNumber == Number(0), CancellationToken)).IntervalMs);
    }

    [Fact]
    public async Task Dispose_WhileWritesWait_FinishesThem()
    {
        var writes = new GroupCommit(database.Factory);
        var added = Enumerable.Range(0, 50).Select(n => AddAsync(writes, Number(n))).ToList();

        await writes.DisposeAsync();

        Assert.All(added, one => Assert.True(one.IsCompletedSuccessfully));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => AddAsync(writes, Number(99)));
    }

    [Fact]
    public async Task Run_GuardRefuses_NothingIsWrittenAndItsCallerMayTryAgain()
    {
        var isHeld = true;
        await using var writes = new GroupCommit(database.Factory, _ => isHeld ? Task.CompletedTask : throw new LeaseLostException());
        await AddAsync(writes, Number(0));

        isHeld = false;
        var refused = await Assert.ThrowsAsync<LeaseLostException>(() => AddAsync(writes, Number(1)));
        isHeld = true;
        await AddAsync(writes, Number(2));

        Assert.True(refused.IsDatabaseUnavailable());
        await using var db = await database.OpenAsync(CancellationToken);
        var prefix = _prefix[..^3];
        Assert.Equal([Number(0), Number(2)], await db.Devices.Where(d => d.PhoneNumber.StartsWith(prefix)).Select(d => d.PhoneNumber).Order().ToListAsync(CancellationToken));
    }

    [Fact]
    public async Task HoldsLease_ByTheDatabasesClock_OnlyForTheRunThatHasItAndForTheRestThatIsLeft()
    {
        await using var db = await database.OpenAsync(CancellationToken);
        var clock = await db.GetClockAsync(TimeProvider.System, CancellationToken);
        var run = Guid.NewGuid();
        db.Hosts.Add(new WaPlatform.Data.Hosts.Host
        {
            Id = _prefix, Run = run, LeaseUntil = clock.AddMinutes(10), Silo = "S127.0.0.1:1:1", Version = "1.0.0", Engine = "simulator", Machine = "m", StartedAt = clock,
        });
        await db.SaveChangesAsync(CancellationToken);

        Assert.True(await db.HoldsLeaseAsync(_prefix, run, TimeSpan.FromMinutes(1), TimeProvider.System));
        Assert.False(await db.HoldsLeaseAsync(_prefix, run, TimeSpan.FromMinutes(11), TimeProvider.System));
        Assert.False(await db.HoldsLeaseAsync(_prefix, Guid.NewGuid(), TimeSpan.Zero, TimeProvider.System));
    }

    private string Number(int n) => $"{_prefix[..^3]}{n:000}";

    private static Task<int> AddAsync(GroupCommit writes, string phone) => writes.RunAsync(db =>
    {
        var now = TimeProvider.System.GetUtcNow();
        db.Devices.Add(new Device { PhoneNumber = phone, Desired = DesiredState.Stopped, State = DeviceState.Stopped, Since = now, CreatedAt = now, UpdatedAt = now, IntervalMs = 0 });
        return db.SaveChangesAsync();
    });
}

public sealed class SqliteGroupCommitTests(SqliteTestDatabase database) : GroupCommitTests(database), IClassFixture<SqliteTestDatabase>;

public sealed class PostgresGroupCommitTests(PostgresTestDatabase database) : GroupCommitTests(database), IClassFixture<PostgresTestDatabase>
{
    [Fact]
    public async Task Transaction_StandsStill_IsEndedByTheServerBeforeALeaseCouldBe()
    {
        await using var db = await database.OpenAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            $"{WaDatabaseExtensions.MaxIdleInTransaction.TotalSeconds}s",
            await db.Database.SqlQuery<string>($"SELECT current_setting('idle_in_transaction_session_timeout') AS \"Value\"").SingleAsync(TestContext.Current.CancellationToken));
    }
}
