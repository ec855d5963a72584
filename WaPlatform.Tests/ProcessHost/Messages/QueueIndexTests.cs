using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;
using WaPlatform.ServiceDefaults.Queues;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.ProcessHost.Messages;

public sealed class QueueIndexTests(RedisServer redis)
{
    private const string Phone = "5511999990501";
    private const string Mark = "mark:1";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_ManyPriorities_GivesThemInOrderOfPriorityThenAcceptance()
    {
        await using var connection = await ConnectAsync();
        var index = new QueueIndex(connection, _time);
        var ids = Enumerable.Range(0, 30).Select(n => Guid.CreateVersion7(_time.GetUtcNow().AddMilliseconds(n))).ToList();
        await index.RebuildAsync(Phone, Mark, Nothing());

        await index.AddAsync(Phone, ids.Select((id, n) => new QueueEntry(id, n % 3, null)).Reverse());

        var head = await index.ReadAsync(Phone, Mark, 0, 9, 100);
        Assert.Equal(ids.Select((id, n) => (Id: id, Priority: n % 3)).OrderBy(entry => entry.Priority).ThenBy(entry => entry.Id).Select(entry => entry.Id), head!.Ready);
        Assert.Equal(10, (await index.ReadAsync(Phone, Mark, 1, 1, 100))!.Ready.Count);
    }

    [Fact]
    public async Task Read_ScheduledOnes_ComeDueAtTheirTime()
    {
        await using var connection = await ConnectAsync();
        var index = new QueueIndex(connection, _time);
        await index.RebuildAsync(Phone, Mark, Nothing());
        var (soon, later) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var start = _time.GetUtcNow();
        await index.AddAsync(Phone, [new QueueEntry(soon, 5, start.AddSeconds(1)), new QueueEntry(later, 0, start.AddSeconds(60))]);

        var before = await index.ReadAsync(Phone, Mark, 0, 9, 10);
        _time.Advance(TimeSpan.FromSeconds(2));
        var after = await index.ReadAsync(Phone, Mark, 0, 9, 10);

        Assert.Empty(before!.Ready);
        Assert.Empty(before.Due);
        Assert.Equal(start.AddSeconds(1), before.NextDueAt);
        Assert.Equal([soon], after!.Due);
        Assert.Equal(start.AddSeconds(60), after.NextDueAt);
    }

    [Fact]
    public async Task Read_AfterAFlush_SaysThatItIsNotWhole()
    {
        await using var connection = await ConnectAsync();
        var index = new QueueIndex(connection, _time);
        await index.RebuildAsync(Phone, Mark, Nothing());
        Assert.NotNull(await index.ReadAsync(Phone, Mark, 0, 9, 10));

        await connection.GetDatabase().KeyDeleteAsync($"wa:queue:{Phone}");
        await index.AddAsync(Phone, [new QueueEntry(Guid.CreateVersion7(), 5, null)]);

        Assert.Null(await index.ReadAsync(Phone, Mark, 0, 9, 10));
        Assert.Null(await index.ReadAsync(Phone, "mark:2", 0, 9, 10));
    }

    [Fact]
    public async Task Rebuild_WhileAGatewayAdds_KeepsBoth()
    {
        await using var connection = await ConnectAsync();
        var index = new QueueIndex(connection, _time);
        var (stored, added) = (Guid.CreateVersion7(_time.GetUtcNow()), Guid.CreateVersion7(_time.GetUtcNow().AddMilliseconds(1)));

        await index.RebuildAsync(Phone, Mark, Rows());

        Assert.Equal([stored, added], (await index.ReadAsync(Phone, Mark, 0, 9, 10))!.Ready);
        Assert.Equal(2, await index.CountAsync(Phone));

        async IAsyncEnumerable<QueueEntry> Rows()
        {
            await index.AddAsync(Phone, [new QueueEntry(added, 5, null)]);
            yield return new QueueEntry(stored, 5, null);
        }
    }

    private static IAsyncEnumerable<QueueEntry> Nothing() => AsyncEnumerable.Empty<QueueEntry>();

    private async Task<ConnectionMultiplexer> ConnectAsync() => await ConnectionMultiplexer.ConnectAsync(await redis.CreateDatabaseAsync(CancellationToken));
}
