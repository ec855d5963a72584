using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Events;
using WaPlatform.Data;
using WaPlatform.Data.Devices;
using WaPlatform.ProcessHost.Events;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.ProcessHost;

/// <summary>What the journal keeps, and what it says of what it could not take.</summary>
public sealed class EventLossTests(RedisServer redis)
{
    private const string Phone = "5511999990502";

    private static readonly JsonElement Frame = JsonElement.Parse("""{"code":"X"}""");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AppendFrame_DatabaseStandsStillForTooLong_SaysOnceHowManyWereLost()
    {
        await using var host = await RunningHost.StartAsync(await redis.CreateDatabaseAsync(CancellationToken));
        var journal = await CreateJournalAsync(host, keepBodies: true);
        var (free, holding) = await StopWritesAsync(host);

        int taken = 0, lost = 0;
        while (lost < 1000)
        {
            _ = journal.AppendFrame(Frame, 8000) ? taken++ : lost++;
        }

        free.SetResult();
        await holding;
        var dropped = await host.WaitForEventAsync(Phone, EventTypes.EventsDropped);

        Assert.Equal(lost, dropped.Data.GetProperty("count").GetInt32());
        Assert.True(journal.AppendFrame(Frame, 8000));
        await journal.FlushAsync(CancellationToken);
        Assert.Equal(1, await host.QueryAsync(db => db.Events.CountAsync(e => e.PhoneNumber == Phone && e.Type == EventTypes.EventsDropped, CancellationToken)));
        Assert.Equal(taken + 1, await host.QueryAsync(db => db.Events.CountAsync(e => e.PhoneNumber == Phone && e.Type == EventTypes.WebSocketMessage, CancellationToken)));
    }

    [Fact]
    public async Task Lose_SomethingUnreadable_IsSaid()
    {
        await using var host = await RunningHost.StartAsync(await redis.CreateDatabaseAsync(CancellationToken));
        var journal = await CreateJournalAsync(host, keepBodies: true);

        journal.Lose();

        Assert.Equal(1, (await host.WaitForEventAsync(Phone, EventTypes.EventsDropped)).Data.GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Append_BodiesAreNotKept_TellsThemAndStoresNone()
    {
        await using var host = await RunningHost.StartAsync(await redis.CreateDatabaseAsync(CancellationToken));
        var journal = await CreateJournalAsync(host, keepBodies: false);
        var payload = JsonElement.Parse("""{"id":"3EB0","from":"5511888888888@s.whatsapp.net","body":"secret","contact":{"displayName":"secret"},"jids":["a","b"]}""");

        Assert.True(await journal.AppendWebhookAsync("message", payload, payload, 8000, CancellationToken));

        Assert.Equal("secret", (await host.WaitForEventAsync(Phone, EventTypes.MessageReceived)).Data.GetProperty("body").GetString());
        var stored = await host.QueryAsync(db => db.Events.SingleAsync(e => e.PhoneNumber == Phone, CancellationToken));
        Assert.Equal("""{"id":"3EB0","from":"5511888888888@s.whatsapp.net","jids":["a","b"]}""", stored.Data);
    }

    [Fact]
    public async Task Pairing_QrCode_IsToldAndNotStored()
    {
        await using var host = await RunningHost.StartAsync(await redis.CreateDatabaseAsync(CancellationToken));
        var device = await host.RegisterAsync(Phone);

        await device.GetQrAsync();

        var told = await host.WaitForEventAsync(Phone, EventTypes.Qr);
        Assert.StartsWith("data:image/png;base64,", told.Data.GetProperty("qrCode").GetString(), StringComparison.Ordinal);
        var stored = await host.QueryAsync(db => db.Events.FirstAsync(e => e.PhoneNumber == Phone && e.Type == EventTypes.Qr, CancellationToken));
        Assert.Equal(["generatedAt", "expiresAt"], JsonElement.Parse(stored.Data).EnumerateObject().Select(member => member.Name));
    }

    // Holds the one who writes all that the host stores.
    private static async Task<(TaskCompletionSource Free, Task Holding)> StopWritesAsync(RunningHost host)
    {
        var free = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var holding = host.Services.GetRequiredService<GroupCommit>().RunAsync(async _ =>
        {
            held.TrySetResult();
            await free.Task;
            return 0;
        });
        await held.Task;
        return (free, holding);
    }

    private static async Task<DeviceJournal> CreateJournalAsync(RunningHost host, bool keepBodies)
    {
        await host.QueryAsync(database =>
        {
            database.Devices.Add(new Device { PhoneNumber = Phone, State = DeviceState.Stopped });
            return database.SaveChangesAsync(CancellationToken);
        });
        return new DeviceJournal(Phone, epoch: 0, lastSequence: 0, keepBodies, host.Services.GetRequiredService<EventLog>(), TimeProvider.System);
    }
}
