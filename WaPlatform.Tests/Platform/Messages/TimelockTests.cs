using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Platform.Messages;

/// <summary>WhatsApp's lock on numbers that write to strangers (error 463).</summary>
public sealed class TimelockTests(PostgresServer postgres, RedisServer redis)
{
    private const string Phone = "5511999990521";
    private const string Stranger = "5511888880521";
    private const string Acquaintance = "5511888880522";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Stack.Embedded)]
    [InlineData(Stack.Servers)]
    public async Task Timelock_StrangersWait_AcquaintancesDoNot(string stack)
    {
        var start = await Stack.StartOnAsync(stack, postgres, redis, CancellationToken);
        await using var platform = await StandaloneProcess.StartAsync(start.With("Sending__ReachoutTimelock", "00:00:05"), CancellationToken);
        await platform.PairAsync(Phone, CancellationToken);
        await platform.ControlAsync(Phone, "incoming", new { from = Acquaintance, text = "Oi" }, CancellationToken);
        await platform.ControlAsync(Phone, "sends", new { mode = "timelock" }, CancellationToken);

        var toStranger = await platform.AcceptAsync(new { from = Phone, to = Stranger, message = "stranger", wait = false }, CancellationToken);
        var parked = await platform.WaitForMessageAsync(toStranger, ["scheduled"], CancellationToken);
        Assert.Equal("WA_REACHOUT_TIMELOCK", parked.ErrorCodeOf());
        await platform.WaitForDeviceAsync(Phone, device => device.GetProperty("reason").GetString() == "reachout_timelock", CancellationToken);
        var toAcquaintance = await platform.AcceptAsync(new { from = Phone, to = Acquaintance, message = "acquaintance", wait = false }, CancellationToken);
        await platform.WaitForMessageAsync(toAcquaintance, Messaging.Out, CancellationToken);
        Assert.Equal(["acquaintance"], await platform.TextsSentAsync(Phone, CancellationToken));

        await platform.ControlAsync(Phone, "sends", new { mode = "ok" }, CancellationToken);

        await platform.WaitForMessageAsync(toStranger, Messaging.Out, CancellationToken);
        Assert.Equal(["acquaintance", "stranger"], await platform.TextsSentAsync(Phone, CancellationToken));
        await platform.WaitForDeviceAsync(Phone, device => device.GetProperty("reason").GetString() is null, CancellationToken);
    }
}
