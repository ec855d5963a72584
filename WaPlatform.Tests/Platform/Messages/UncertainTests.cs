using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Platform.Messages;

/// <summary>Sends of which nobody can tell whether they were made.</summary>
public sealed class UncertainTests(PostgresServer postgres, RedisServer redis)
{
    private const string Phone = "5511999990511";
    private const string Recipient = "5511888880511";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Stack.Embedded)]
    [InlineData(Stack.Servers)]
    public async Task Send_NobodyKnowsWhetherItWasSent_IsUncertainUntilSomebodyRetriesIt(string stack)
    {
        await using var platform = await StandaloneProcess.StartAsync(await Stack.StartOnAsync(stack, postgres, redis, CancellationToken), CancellationToken);
        await platform.PairAsync(Phone, CancellationToken);
        await platform.ControlAsync(Phone, "sends", new { mode = "error", status = 504, code = "GATEWAY_TIMEOUT", message = "Request timed out waiting for WhatsApp server response", count = 1 }, CancellationToken);
        var id = await platform.AcceptAsync(new { from = Phone, to = Recipient, message = "perhaps", wait = false }, CancellationToken);
        await platform.WaitForMessageAsync(id, ["uncertain"], CancellationToken);
        Assert.Empty(await platform.TextsSentAsync(Phone, CancellationToken));

        await platform.PostAsync($"/api/messages/{id}/retry", CancellationToken);

        await platform.WaitForMessageAsync(id, Messaging.Out, CancellationToken);
        Assert.Equal(["perhaps"], await platform.TextsSentAsync(Phone, CancellationToken));
    }
}
