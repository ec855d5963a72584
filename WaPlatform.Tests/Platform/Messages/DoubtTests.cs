using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Platform.Messages;

/// <summary>Sends whose answer never came.</summary>
public sealed class DoubtTests(PostgresServer postgres, RedisServer redis)
{
    private const string Recipient = "5511888880501";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Stack.Embedded)]
    [InlineData(Stack.Servers)]
    public async Task Send_EngineGivesNoAnswer_EndsAsSentAndIsInTheLedgerOnce(string stack)
    {
        string[] modes = ["commitThenDrop", "drop", "commitThenDie"];
        await using var platform = await StandaloneProcess.StartAsync(await Stack.StartOnAsync(stack, postgres, redis, CancellationToken), CancellationToken);
        string[] phones = [.. modes.Select((_, index) => $"551199999050{index}")];
        await Task.WhenAll(phones.Select(phone => platform.PairAsync(phone, CancellationToken)));

        await Task.WhenAll(modes.Zip(phones, async (mode, phone) =>
        {
            await platform.ControlAsync(phone, "sends", new { mode, count = 1 }, CancellationToken);
            var first = await platform.AcceptAsync(new { from = phone, to = Recipient, message = "first", wait = false }, CancellationToken);
            var second = await platform.AcceptAsync(new { from = phone, to = Recipient, message = "second", wait = false }, CancellationToken);

            await platform.WaitForMessageAsync(first, Messaging.Out, CancellationToken);
            await platform.WaitForMessageAsync(second, Messaging.Out, CancellationToken);
            Assert.Equal(["first", "second"], await platform.TextsSentAsync(phone, CancellationToken));
        }));
    }
}
