using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Platform.Messages;

/// <summary>How fast a device sends, as WhatsApp sees it.</summary>
public sealed class PacingTests(PostgresServer postgres, RedisServer redis)
{
    private const string Phone = "5511999990541";
    private const string Recipient = "5511888880541";

    // Between a send's start and its arrival, on a machine that has other things to do: as much later may one come, and as much sooner the next seem to.
    private const double Way = 400;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Stack.Embedded)]
    [InlineData(Stack.Servers)]
    public async Task Queue_OneAMoment_KeepsItsDistanceAndLosesNoTime(string stack)
    {
        await using var platform = await StartAsync(stack);
        foreach (var (concurrency, intervalMs) in new[] { (1, 1000), (2, 500) })
        {
            var distances = Distances(await SendAsync(platform, 8, new { concurrency, intervalMs, intervalCap = 1 }), 1);

            Assert.All(distances, distance => Assert.InRange(distance, (0.9 * intervalMs) - Way, double.MaxValue));
            Assert.InRange(distances.Average(), 0.9 * intervalMs, (1.1 * intervalMs) + Way);
        }
    }

    [Theory]
    [InlineData(Stack.Embedded)]
    [InlineData(Stack.Servers)]
    public async Task Queue_SomeAMoment_NeverStartsMore(string stack)
    {
        await using var platform = await StartAsync(stack);

        var arrivals = await SendAsync(platform, 10, new { concurrency = 3, intervalMs = 1000, intervalCap = 3 });

        Assert.All(Distances(arrivals, 3), distance => Assert.InRange(distance, 900 - Way, double.MaxValue));
        Assert.InRange((arrivals[^1] - arrivals[0]).TotalMilliseconds, 3 * 900, double.MaxValue);
    }

    [Theory]
    [InlineData(Stack.Embedded)]
    [InlineData(Stack.Servers)]
    public async Task Queue_IntervalChangedWhileMessagesWait_IsObeyedByTheNext(string stack)
    {
        await using var platform = await StartAsync(stack);
        await platform.SetQueueAsync(Phone, new { intervalMs = 3_600_000 }, CancellationToken);
        var first = await AcceptAsync(platform, "first");
        var second = await AcceptAsync(platform, "second");
        Assert.Equal("queued", (await platform.MessageAsync(second, CancellationToken)).Status());

        await platform.SetQueueAsync(Phone, new { intervalMs = 0 }, CancellationToken);

        await platform.WaitForMessageAsync(first, Messaging.Out, CancellationToken);
        await platform.WaitForMessageAsync(second, Messaging.Out, CancellationToken);
        Assert.Equal(["warm", "first", "second"], await platform.TextsSentAsync(Phone, CancellationToken));
    }

    // The first send of all takes longer than any other: connections are made and code is compiled.
    private async Task<StandaloneProcess> StartAsync(string stack)
    {
        var platform = await StandaloneProcess.StartAsync(await Stack.StartOnAsync(stack, postgres, redis, CancellationToken), CancellationToken);
        await platform.PairAsync(Phone, CancellationToken);
        await platform.WaitForMessageAsync(await AcceptAsync(platform, "warm"), Messaging.Out, CancellationToken);
        return platform;
    }

    private static Task<string> AcceptAsync(StandaloneProcess platform, string text) =>
        platform.AcceptAsync(new { from = Phone, to = Recipient, message = text, wait = false }, CancellationToken);

    // When each of some messages, which waited together, reached WhatsApp.
    private static async Task<List<DateTimeOffset>> SendAsync(StandaloneProcess platform, int count, object queue)
    {
        await platform.SetQueueAsync(Phone, queue, CancellationToken);
        await platform.PostAsync($"/api/messages/queue/{Phone}/pause", CancellationToken);
        var before = (await platform.LedgerAsync(Phone, CancellationToken)).Count;
        var ids = new List<string>();
        for (var number = 0; number < count; number++)
        {
            ids.Add(await AcceptAsync(platform, $"number {number}"));
        }

        await platform.PostAsync($"/api/messages/queue/{Phone}/resume", CancellationToken);
        foreach (var id in ids)
        {
            await platform.WaitForMessageAsync(id, Messaging.Out, CancellationToken);
        }

        return [.. (await platform.LedgerAsync(Phone, CancellationToken)).Skip(before).Select(line => line.At)];
    }

    private static List<double> Distances(List<DateTimeOffset> times, int apart) =>
        [.. times.Skip(apart).Zip(times, (later, earlier) => (later - earlier).TotalMilliseconds)];
}
