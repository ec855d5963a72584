using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WaPlatform.Contracts.Events;
using WaPlatform.Data;
using WaPlatform.Data.Events;
using WaPlatform.Gateway.Events;
using WaPlatform.ServiceDefaults.Events;
using WaPlatform.Tests.Data;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Events;

/// <summary>Much at once: several hosts that append, and readers of every kind that leave and come back at random.</summary>
public abstract class JournalReadersTests(TestDatabase database, RedisServer redis)
{
    private const int Writers = 4;
    private const int DevicesOfWriter = 10;
    private const int EventsOfWriter = 50_000;
    private const int Total = Writers * EventsOfWriter;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Whether each writer has a connection of its own; SQLite has one writer.</summary>
    protected abstract bool HasManyWriters { get; }

    [Fact]
    public async Task TwoHundredThousandEvents_EachReaderSeesEachOnceAndInOrder()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        using var service = await StartAsync(patience.Token);
        var tail = service.Services.GetRequiredService<Listener>().Seen;
        long before;
        await using (var db = await database.OpenAsync(patience.Token))
        {
            before = await db.LastEventAsync(patience.Token);
        }


        var reader = service.Services.GetRequiredService<EventReader>();
        var window = service.Services.GetRequiredService<EventWindow>();
        var reading = (Task<Sight>[])
        [
            .. Enumerable.Range(0, 2).Select(seed => Task.Run(() => ReadAsync(seed, reader, window, before, patience.Token))),
            Task.Run(() => ListAsync(window, before, patience.Token)),
        ];
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(writer, service.Services, patience.Token))));

        var sights = await Task.WhenAll(reading);
        while (tail.Count < Total)
        {
            await PauseAsync(window, patience.Token);
        }

        Assert.All([.. sights, tail], sight => Assert.Equal((null, Total, EventsOfWriter / DevicesOfWriter), (sight.Fault, sight.Count, sight.Shortest)));
        await service.StopAsync(patience.Token);
    }

    // Transactions of different lengths, and some of which nobody is told.
    private async Task WriteAsync(int number, IServiceProvider services, CancellationToken cancellationToken)
    {
        var random = new Random(number);
        await using var own = HasManyWriters ? new GroupCommit(services.GetRequiredService<IDbContextFactory<WaDbContext>>()) : null;
        var writer = new JournalWriter(services, own);
        for (var written = 0; written < EventsOfWriter;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var batch = Math.Min(random.Next(50, 1000), EventsOfWriter - written);
            await writer.AppendAsync([.. Enumerable.Range(written, batch).Select(n => writer.Next($"55119{number}000{n % DevicesOfWriter:0000}"))], silently: random.Next(10) == 0);
            written += batch;
        }
    }

    // As event streams and resuming connections do; one that leaves has taken what came before, and not what came last.
    private static async Task<Sight> ReadAsync(int seed, EventReader reader, EventWindow window, long before, CancellationToken cancellationToken)
    {
        var (random, sight, all, cursor) = (new Random(seed), new Sight(), new EventFilter(null, []), EventCursor.Of(before));
        while (sight.Count < Total && sight.Fault is null)
        {
            Assert.True(EventCursor.TryParse(cursor, out var place));
            for (var left = random.Next(1, 40); left > 0 && sight.Count < Total; left--)
            {
                var page = await reader.ReadAsync(place, all, 200, cancellationToken);
                foreach (var told in page.Events)
                {
                    sight.See(told.Event);
                    cursor = EventCursor.Of(told.Place);
                    if (random.Next(1000) == 0)
                    {
                        left = 0;
                        break;
                    }
                }

                place = page.End;
                if (page.Events.Count == 0)
                {
                    await PauseAsync(window, cancellationToken);
                }
            }
        }

        return sight;
    }

    // As GET /api/events does.
    private async Task<Sight> ListAsync(EventWindow window, long before, CancellationToken cancellationToken)
    {
        var (sight, all, place) = (new Sight(), new EventFilter(null, []), before);
        while (sight.Count < Total && sight.Fault is null)
        {
            await using var db = await database.OpenAsync(cancellationToken);
            var page = await EventReader.ReadStoredAsync(db, place, all, 500, cancellationToken);
            foreach (var told in page.Events)
            {
                sight.See(told.Event);
            }

            place = page.End;
            if (page.Events.Count == 0)
            {
                await PauseAsync(window, cancellationToken);
            }
        }

        return sight;
    }

    private static async Task PauseAsync(EventWindow window, CancellationToken cancellationToken)
    {
        // The next event may have come a moment ago.
        await Task.WhenAny(window.More, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task<IHost> StartAsync(CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(
            [new("ConnectionStrings:wadb", database.ConnectionString), new("ConnectionStrings:redis", await redis.CreateDatabaseAsync(cancellationToken))]);
        builder.Services.AddLogging().AddSingleton(TimeProvider.System).AddSingleton<EventReader>();
        builder.AddWaDatabase();
        builder.AddWaRedis();
        builder.AddWaJournalListener<HostApplicationBuilder, EventWindow>();
        builder.AddWaJournalListener<HostApplicationBuilder, Listener>();
        var service = builder.Build();
        await service.StartAsync(cancellationToken);
        await service.Services.GetRequiredService<JournalTail>().Ready;
        return service;
    }

    private sealed class Listener : IJournalListener
    {
        public Sight Seen { get; } = new();

        public void Hear(IReadOnlyList<DeviceEvent> events)
        {
            foreach (var e in events)
            {
                Seen.See(e);
            }
        }
    }

    /// <summary>What one reader has seen.</summary>
    private sealed class Sight
    {
        private readonly ConcurrentDictionary<string, long> _last = new(StringComparer.Ordinal);
        private long _place;
        private int _count;

        public int Count => Volatile.Read(ref _count);

        /// <summary>Events of the device of which it saw the fewest.</summary>
        public long Shortest => _last.Values.Min();

        /// <summary>The first event that did not follow on those before.</summary>
        public string? Fault { get; private set; }

        public void See(DeviceEvent e)
        {
            var expected = _last.GetValueOrDefault(e.PhoneNumber!) + 1;
            if (e.Sequence != expected || e.Place <= _place)
            {
                Fault ??= $"{e.PhoneNumber} {e.Sequence} instead of {expected}, at {e.Place} after {_place}";
            }

            (_last[e.PhoneNumber!], _place) = (e.Sequence, e.Place);
            Interlocked.Increment(ref _count);
        }
    }
}

public sealed class SqliteJournalReadersTests(SqliteTestDatabase database, RedisServer redis) : JournalReadersTests(database, redis), IClassFixture<SqliteTestDatabase>
{
    protected override bool HasManyWriters => false;
}

public sealed class PostgresJournalReadersTests(PostgresTestDatabase database, RedisServer redis) : JournalReadersTests(database, redis), IClassFixture<PostgresTestDatabase>
{
    protected override bool HasManyWriters => true;
}
