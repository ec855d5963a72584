using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using WaPlatform.Contracts.Events;
using WaPlatform.Data.Devices;
using WaPlatform.Data.Events;
using WaPlatform.Jobs.Events;
using WaPlatform.ServiceDefaults.Events;
using WaPlatform.Tests.Data;

namespace WaPlatform.Tests.Jobs;

/// <summary>One run, on either database. Each test has the journal to itself.</summary>
public abstract class JournalRetentionTests(TestDatabase database) : IAsyncLifetime
{
    private const string Phone = "5511960000011";
    private const string IdlePhone = "5511960000012";

    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Old = Noon - TimeSpan.FromDays(8);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await using var db = await database.OpenAsync(CancellationToken);
        await db.Events.ExecuteDeleteAsync(CancellationToken);
        await db.Devices.ExecuteDeleteAsync(CancellationToken);
        await db.JournalHorizons.ExecuteUpdateAsync(set => set.SetProperty(horizon => horizon.Place, 0), CancellationToken);
        db.Devices.AddRange(new Device { PhoneNumber = Phone }, new Device { PhoneNumber = IdlePhone });
        await db.SaveChangesAsync(CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Run_OldEvents_GoInBatchesAndTheHorizonSaysSo()
    {
        var old = await AppendAsync(2500, Phone, Old);
        var young = await AppendAsync(10, Phone, Noon, first: 2501);

        await RunAsync();

        await using var db = await database.OpenAsync(CancellationToken);
        Assert.Equal(young, await db.Events.OrderBy(e => e.Id).Select(e => e.Id).ToListAsync(CancellationToken));
        Assert.Equal(old[^1], await db.HorizonAsync(CancellationToken));
    }

    [Fact]
    public async Task Run_TooManyEvents_KeepsTheNewest()
    {
        var places = await AppendAsync(1500, Phone, Noon);

        await RunAsync(maxEvents: 1000);

        await using var db = await database.OpenAsync(CancellationToken);
        Assert.Equal(places[500..], await db.Events.OrderBy(e => e.Id).Select(e => e.Id).ToListAsync(CancellationToken));
        Assert.Equal(places[499], await db.HorizonAsync(CancellationToken));
    }

    [Fact]
    public async Task Run_GapsInThePlaces_CountsEventsOnly()
    {
        await AppendAsync(600, IdlePhone, Noon);
        var places = await AppendAsync(900, Phone, Noon);
        await using var db = await database.OpenAsync(CancellationToken);
        await db.Events.Where(e => e.PhoneNumber == IdlePhone && e.Sequence > 1).ExecuteDeleteAsync(CancellationToken);

        await RunAsync(maxEvents: 1000);

        Assert.Equal(901, await db.Events.CountAsync(CancellationToken));
        Assert.Equal(0, await db.HorizonAsync(CancellationToken));
    }

    [Fact]
    public async Task Run_NothingIsOver_ChangesNothing()
    {
        await AppendAsync(3, Phone, Noon);

        // A clock that was wrong: what came after it is kept as long as it is.
        await AppendAsync(3, IdlePhone, Old);

        await RunAsync();

        await using var db = await database.OpenAsync(CancellationToken);
        Assert.Equal(6, await db.Events.CountAsync(CancellationToken));
        Assert.Equal(0, await db.HorizonAsync(CancellationToken));
    }

    [Fact]
    public async Task Run_AllEventsOfADeviceGo_ItsLastNumberStays()
    {
        await AppendAsync(7, IdlePhone, Old);
        await AppendAsync(5, null, Old);
        await AppendAsync(3, Phone, Old);
        await AppendAsync(1, Phone, Noon, first: 4);

        await RunAsync();

        await using var db = await database.OpenAsync(CancellationToken);
        Assert.Equal(7, (await db.Devices.SingleAsync(d => d.PhoneNumber == IdlePhone, CancellationToken)).LastSequence);
        Assert.Equal(0, (await db.Devices.SingleAsync(d => d.PhoneNumber == Phone, CancellationToken)).LastSequence);
        Assert.Equal([4L], await db.Events.Select(e => e.Sequence).ToListAsync(CancellationToken));
    }

    [Fact]
    public async Task Run_JournalIsEmpty_IsNoFault()
    {
        await RunAsync();

        await using var db = await database.OpenAsync(CancellationToken);
        Assert.Equal(0, await db.HorizonAsync(CancellationToken));
    }

    private Task<string> RunAsync(long maxEvents = 1_000_000) => new JournalRetention(
        database.Factory, Options.Create(new JournalOptions { MaxEvents = maxEvents }), new FakeTimeProvider(Noon), NullLogger<JournalRetention>.Instance).RunAsync(CancellationToken);

    /// <summary>Appends events and returns their places.</summary>
    private async Task<List<long>> AppendAsync(int count, string? phone, DateTimeOffset at, long first = 1)
    {
        await using var db = await database.OpenAsync(CancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(CancellationToken);
        var rows = Enumerable.Range(0, count).Select(n => new JournalEvent
        {
            PhoneNumber = phone,
            Sequence = phone is null ? 0 : first + n,
            Type = EventTypes.StateChanged,
            At = at,
            Data = "{}",
        }).ToList();
        await db.AppendAsync(rows, CancellationToken);
        await transaction.CommitAsync(CancellationToken);
        return rows.ConvertAll(row => row.Id);
    }
}

public sealed class SqliteJournalRetentionTests(SqliteTestDatabase database) : JournalRetentionTests(database), IClassFixture<SqliteTestDatabase>;

public sealed class PostgresJournalRetentionTests(PostgresTestDatabase database) : JournalRetentionTests(database), IClassFixture<PostgresTestDatabase>;
