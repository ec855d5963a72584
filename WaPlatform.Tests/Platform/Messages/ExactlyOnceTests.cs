using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Platform.Messages;

/// <summary>The promise of the queue, while everything that can break breaks: what was accepted is sent, once and in its order.</summary>
public sealed class ExactlyOnceTests(PostgresServer postgres, RedisServer redis)
{
    private const int Messages = 5_000;
    private const int Clients = 8;
    private const int Recipients = 20;
    private static readonly int[] Priorities = [0, 5, 9];
    private static readonly string[] Phones = [.. Enumerable.Range(0, 10).Select(index => $"55119999906{index:D2}")];

    // Of a machine that has other things to do.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(6);

    [Theory]
    [InlineData(Stack.Embedded)]
    [InlineData(Stack.Servers)]
    public async Task Everything_EnginesPlatformAndRedisDie_IsSentOnceAndInOrder(string stack)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Longest);
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var start = (await Stack.StartOnAsync(stack, postgres, redis, limit.Token)).With("Supervision__MaxExitsInWindow", "100").With("Supervision__MaxRestartDelay", "00:00:02");
        await using var platform = await StandaloneProcess.StartAsync(start, limit.Token);
        await Task.WhenAll(Phones.Select(phone => platform.PairAsync(phone, limit.Token)));

        var senders = Enumerable.Range(0, Clients).Select(_ => new ChaosSender(platform, new Random(random.Next()))).ToList();
        var plan = new ChaosPlan(platform, Phones, start.Environment.GetValueOrDefault("ConnectionStrings__redis"), new Random(random.Next()));
        var accepted = 0;
        var phase = "breaking";
        Task Count()
        {
            Interlocked.Increment(ref accepted);
            return Task.CompletedTask;
        }

        try
        {
            var accepting = senders.Select((sender, client) => sender.SendAsync(Write(client, random), Count, limit.Token)).ToList();
            await plan.RunAsync(
                async () =>
                {
                    await (accepting.Find(sender => sender.IsFaulted) ?? Task.CompletedTask);
                    return (Volatile.Read(ref accepted) + await platform.CountAsync(Messaging.Out, limit.Token)) / (2.0 * Messages);
                },
                limit.Token);
            phase = "accepting";
            await Task.WhenAll(accepting);
            phase = "sending";
            while (await platform.CountAsync(["queued", "sending", "scheduled"], limit.Token) > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, limit.Token);
            }

            var all = senders.SelectMany(sender => sender.Accepted).ToList();
            Assert.Equal(Messages, all.Count);
            await ChaosVerdict.AssertExactlyOnceAsync(platform, all, $"seed {seed}; {plan.Story}", limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Still {phase}, with {accepted} accepted; seed {seed}; {plan.Story}.\n{string.Join('\n', platform.Output.Lines.TakeLast(200))}");
        }
        finally
        {
            senders.ForEach(sender => sender.Dispose());
        }
    }

    // Made before anybody sends: a Random is for one thread.
    private static List<ChaosMessage> Write(int client, Random random) =>
    [
        .. Enumerable.Range(0, Messages / Clients).Select(number =>
        {
            var (phone, priority) = (Phones[random.Next(Phones.Length)], Priorities[random.Next(Priorities.Length)]);
            return new ChaosMessage(
                phone, $"55118888806{random.Next(Recipients):D2}@s.whatsapp.net", priority, $"device {phone} client {client} priority {priority} number {number}", $"{client}-{number}");
        }),
    ];
}
