using Microsoft.EntityFrameworkCore;
using WaPlatform.Data;
using WaPlatform.Data.Audit;

namespace WaPlatform.Tests.Data.Audit;

/// <summary>Nothing of the audit can be changed or removed unseen, in either database.</summary>
public abstract class AuditChainTests(TestDatabase database) : IAsyncLifetime
{
    private const int Entries = 12;
    private const int Middle = 7;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    // Each test has the table to itself: those of a class run one after another.
    public async ValueTask InitializeAsync()
    {
        await using var context = await database.OpenAsync(CancellationToken);
        await context.Audit.ExecuteDeleteAsync(CancellationToken);
        for (var n = 1; n <= Entries; n++)
        {
            await AppendAsync(NewEntry(n));
        }
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Verify_AsItWasWritten_IsWhole()
    {
        var verdict = await VerifyAsync();

        Assert.Equal((Entries, (long?)null, (AuditBreach?)null), (verdict.LastId, verdict.BrokenAt, verdict.Breach));
        Assert.Matches("^[0-9a-f]{64}$", verdict.LastHash);
    }

    [Fact]
    public async Task Verify_NothingWritten_IsWhole()
    {
        await RunAsync(db => db.Audit.ExecuteDeleteAsync(CancellationToken));

        Assert.Equal(new AuditVerdict(0, AuditEntry.Genesis, null, null), await VerifyAsync());
    }

    public static TheoryData<string, string> Changes => new()
    {
        { "Actor", "'mallory'" }, { "Actor", "NULL" }, { "Credential", "'key'" }, { "Action", "'GET /'" }, { "Target", "'/other'" }, { "Device", "'5511000000000'" }, { "Device", "NULL" },
        { "Address", "'192.0.2.99'" }, { "Status", "200" }, { "TraceId", "NULL" }, { "Hash", "'" + AuditEntry.Genesis + "'" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Verify_AnythingOfAnEntryChanged_FindsIt(string column, string value)
    {
        await SqlAsync($"UPDATE audit SET \"{column}\" = {value} WHERE \"Id\" = {Middle}");

        var verdict = await VerifyAsync();

        Assert.Equal(((long?)Middle, AuditBreach.Changed, (long)Middle - 1), (verdict.BrokenAt, verdict.Breach!.Value, verdict.LastId));
    }

    [Fact]
    public async Task Verify_TimeOfAnEntryChanged_FindsIt()
    {
        await RunAsync(db => db.Audit.Where(e => e.Id == Middle).ExecuteUpdateAsync(set => set.SetProperty(e => e.At, DateTimeOffset.UnixEpoch), CancellationToken));

        Assert.Equal(Middle, (await VerifyAsync()).BrokenAt);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(Middle)]
    public async Task Verify_AnEntryRemoved_FindsIt(int id)
    {
        await SqlAsync($"DELETE FROM audit WHERE \"Id\" = {id}");

        var verdict = await VerifyAsync();

        Assert.Equal(((long?)id, AuditBreach.Missing), (verdict.BrokenAt, verdict.Breach!.Value));
    }

    [Fact]
    public async Task Verify_AnEntryRemovedAndTheOthersMovedUp_FindsIt()
    {
        await SqlAsync($"DELETE FROM audit WHERE \"Id\" = {Middle}");
        for (var id = Middle + 1; id <= Entries; id++)
        {
            await SqlAsync($"UPDATE audit SET \"Id\" = {id - 1} WHERE \"Id\" = {id}");
        }

        Assert.Equal((Middle, AuditBreach.Changed), ((await VerifyAsync()).BrokenAt!.Value, (await VerifyAsync()).Breach!.Value));
    }

    [Fact]
    public async Task Verify_TwoEntriesExchanged_FindsIt()
    {
        await SqlAsync($"UPDATE audit SET \"Id\" = 1000 WHERE \"Id\" = {Middle}");
        await SqlAsync($"UPDATE audit SET \"Id\" = {Middle} WHERE \"Id\" = {Middle + 1}");
        await SqlAsync($"UPDATE audit SET \"Id\" = {Middle + 1} WHERE \"Id\" = 1000");

        Assert.Equal(Middle, (await VerifyAsync()).BrokenAt);
    }

    [Fact]
    public async Task Verify_EndCutOff_IsFoundByAHashThatWasNoted()
    {
        var noted = await VerifyAsync();
        await SqlAsync($"DELETE FROM audit WHERE \"Id\" > {Middle}");

        Assert.Null((await VerifyAsync()).Breach);
        Assert.Equal(AuditBreach.Missing, (await VerifyAsync((noted.LastId, noted.LastHash))).Breach);
    }

    [Fact]
    public async Task Verify_WrittenAnewWithRightHashes_IsFoundByAHashThatWasNoted()
    {
        var noted = await VerifyAsync();
        await RunAsync(db => db.Audit.ExecuteDeleteAsync(CancellationToken));
        for (var n = 1; n <= Entries; n++)
        {
            await AppendAsync(NewEntry(n + 100));
        }

        Assert.Null((await VerifyAsync()).Breach);
        Assert.Equal(AuditBreach.Rewritten, (await VerifyAsync((noted.LastId, noted.LastHash))).Breach);
    }

    [Fact]
    public async Task Append_ManyAtOnce_IsOneChain()
    {
        const int Writers = 8;
        const int Each = 10;

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var n = 0; n < Each; n++)
            {
                await AppendAsync(NewEntry((writer * Each) + n));
            }
        })));

        Assert.Equal(new AuditVerdict(Entries + (Writers * Each), (await VerifyAsync()).LastHash, null, null), await VerifyAsync());
    }

    private static AuditEntry NewEntry(int n) => new()
    {
        At = DateTimeOffset.UnixEpoch.AddMicroseconds(1_772_000_000_000_000 + n),
        Actor = $"user {n}",
        Credential = "token",
        Action = "POST /api/devices/{phone}/start",
        Target = "/api/devices/5511999999999/start",
        Device = "5511999999999",
        Address = "192.0.2.1",
        Status = 202,
        TraceId = $"{n:x32}",
    };

    private async Task AppendAsync(AuditEntry entry)
    {
        await using var context = await database.OpenAsync(CancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(CancellationToken);
        await context.AppendAsync(entry, CancellationToken);
        await transaction.CommitAsync(CancellationToken);
    }

    private async Task<AuditVerdict> VerifyAsync((long Id, string Hash)? noted = null)
    {
        await using var context = await database.OpenAsync(CancellationToken);
        return await context.VerifyAsync(noted, CancellationToken);
    }

    private async Task RunAsync(Func<WaDbContext, Task> work)
    {
        await using var context = await database.OpenAsync(CancellationToken);
        await work(context);
    }

    // Past the platform, as somebody with the database's password would.
    private Task SqlAsync(string sql) => RunAsync(db => db.Database.ExecuteSqlRawAsync(sql, CancellationToken));
}

public sealed class SqliteAuditChainTests(SqliteTestDatabase database) : AuditChainTests(database), IClassFixture<SqliteTestDatabase>;

public sealed class PostgresAuditChainTests(PostgresTestDatabase database) : AuditChainTests(database), IClassFixture<PostgresTestDatabase>;
