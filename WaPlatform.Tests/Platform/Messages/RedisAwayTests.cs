using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Platform.Messages;

/// <summary>The queue without its index: the rows are enough.</summary>
public sealed class RedisAwayTests(PostgresServer postgres)
{
    private static readonly string[] Phones = ["5511999990531", "5511999990532", "5511999990533"];
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    // Redis's commands wait for 5 s: who waited for them would do so four times while it is away. A busy machine stops everybody once.
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(4);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("killed and empty")]
    [InlineData("hanging")]
    public async Task RedisAway_MessagesAreAcceptedAtOnceAndSentOnceInOrder(string how)
    {
        await using var redis = new RedisServer();
        await using var platform = await StandaloneProcess.StartAsync(await Stack.StartOnAsync(Stack.Servers, postgres, redis, CancellationToken), CancellationToken);
        await Task.WhenAll(Phones.Select(phone => platform.PairAsync(phone, CancellationToken)));
        var senders = Phones.Select(_ => new ChaosSender(platform, new Random(Random.Shared.Next()))).ToList();
        using var enough = new CancellationTokenSource();
        try
        {
            var accepting = senders.Select((sender, client) => sender.SendAsync(Write(client, enough.Token), () => Task.Delay(Pace, TimeProvider.System, CancellationToken), CancellationToken)).ToList();
            await WaitUntilMoreIsSentAsync(platform);

            await (how == "hanging" ? HangAsync(platform, redis) : DieAsync(platform, redis));

            await WaitUntilMoreIsSentAsync(platform);
            await enough.CancelAsync();
            await Task.WhenAll(accepting);
            await platform.WaitForAsync(async () => await platform.CountAsync(["queued", "sending", "scheduled"], CancellationToken) == 0, CancellationToken);
            await ChaosVerdict.AssertExactlyOnceAsync(platform, [.. senders.SelectMany(sender => sender.Accepted)], how, CancellationToken);
            Assert.All(senders, sender => Assert.Equal(0, sender.Failures));
            Assert.All(senders, sender => Assert.InRange(sender.Took.Count(took => took > Slow), 0, 1));
        }
        finally
        {
            senders.ForEach(sender => sender.Dispose());
        }
    }

    private static async Task HangAsync(StandaloneProcess platform, RedisServer redis)
    {
        redis.Suspend();
        await StayAwayAsync(platform);
        redis.Resume();
    }

    private static async Task DieAsync(StandaloneProcess platform, RedisServer redis)
    {
        await redis.StopAsync();
        await StayAwayAsync(platform);
        await redis.StartAsync(CancellationToken);
    }

    private static async Task StayAwayAsync(StandaloneProcess platform)
    {
        var over = Task.Delay(Away, TimeProvider.System, CancellationToken);
        await WaitUntilMoreIsSentAsync(platform);
        await over;
    }

    private static async Task WaitUntilMoreIsSentAsync(StandaloneProcess platform)
    {
        var before = await platform.CountAsync(Messaging.Out, CancellationToken);
        await platform.WaitForAsync(async () => await platform.CountAsync(Messaging.Out, CancellationToken) > before + 10, CancellationToken);
    }

    private static IEnumerable<ChaosMessage> Write(int client, CancellationToken enough)
    {
        for (var number = 0; !enough.IsCancellationRequested; number++)
        {
            yield return new ChaosMessage(
                Phones[number % Phones.Length], $"55118888805{number % 20 + 40:D2}@s.whatsapp.net", number % 2 * 5, $"client {client} number {number}", $"{client}-{number}");
        }
    }
}
