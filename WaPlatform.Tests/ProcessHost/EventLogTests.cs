using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Events;
using WaPlatform.Data.Devices;
using WaPlatform.ProcessHost.Events;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.ProcessHost;

public sealed class EventLogTests(RedisServer redis)
{
    private const string Phone = "5511999990501";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    // An engine may say anything; what is no text in it must not silence the others.
    [Fact]
    public async Task Append_MalformedEvents_DoNotStopTheOnesAfterThem()
    {
        await using var host = await RunningHost.StartAsync(await redis.CreateDatabaseAsync(CancellationToken));
        var journal = await CreateJournalAsync(host);
        using var surrogate = JsonDocument.Parse("""{"code":"X","message":"\ud800"}""");
        using var fine = JsonDocument.Parse("""{"code":"Y"}""");

        Assert.True(await journal.AppendWebhookAsync("without.payload", default, fine.RootElement, 8000, CancellationToken));
        Assert.True(journal.AppendFrame(surrogate.RootElement, 8000));
        Assert.True(journal.AppendFrame(fine.RootElement, 8000));

        await host.WaitForEventAsync(Phone, EventTypes.WebSocketMessage, data => data.GetProperty("code").GetString() == "Y");
        Assert.Equal("\ufffd", (await host.WaitForEventAsync(Phone, EventTypes.WebSocketMessage)).Data.GetProperty("message").GetString());
        Assert.Equal(JsonValueKind.Null, (await host.WaitForEventAsync(Phone, "without.payload")).Data.ValueKind);
    }

    [Fact]
    public async Task Append_FromManyThreads_IsStoredAndToldInTheOrderOfTheNumbers()
    {
        await using var host = await RunningHost.StartAsync(await redis.CreateDatabaseAsync(CancellationToken));
        var journal = await CreateJournalAsync(host);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () =>
            {
                for (var i = 0; i < 250; i++)
                {
                    journal.Append("test", EventSource.Platform, new { i });
                }
            },
            CancellationToken)));

        await RunningHost.UntilAsync(() => Task.FromResult(host.Events.Count(e => e.PhoneNumber == Phone) == 2000), () => $"{host.Events.Count} of 2000");
        Assert.Equal(Enumerable.Range(1, 2000).Select(n => (long)n), host.Events.Where(e => e.PhoneNumber == Phone).Select(e => e.Sequence));
        Assert.Equal(2000, await host.QueryAsync(database => database.Events.CountAsync(e => e.PhoneNumber == Phone, CancellationToken)));
    }

    private static async Task<DeviceJournal> CreateJournalAsync(RunningHost host)
    {
        await host.QueryAsync(database =>
        {
            database.Devices.Add(new Device { PhoneNumber = Phone, State = DeviceState.Stopped });
            return database.SaveChangesAsync(CancellationToken);
        });
        return new DeviceJournal(Phone, epoch: 0, lastSequence: 0, keepBodies: true, host.Services.GetRequiredService<EventLog>(), TimeProvider.System);
    }
}
