using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data;
using WaPlatform.Data.Messages;
using WaPlatform.Tests.Data;
using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Platform.Messages;

/// <summary>Messages with a time: not before it, and not after it. They are rows and nothing else, as after the loss of the index.</summary>
public sealed class ScheduledTests(PostgresServer postgres, RedisServer redis)
{
    private const string Phone = "5511999990581";
    private const string Offline = "5511999990582";
    private const string Recipient = "5511888880581@s.whatsapp.net";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Stack.Embedded)]
    [InlineData(Stack.Servers)]
    public async Task Scheduled_PlatformKilledBeforeItsTime_IsSentOnceAndNotBefore(string stack)
    {
        var start = await Stack.StartOnAsync(stack, postgres, redis, CancellationToken);
        await using var platform = await StandaloneProcess.StartAsync(start, CancellationToken);
        await platform.PairAsync(Phone, CancellationToken);
        var due = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(15);
        var id = await StoreAsync(platform, start, Phone, "later", sendAt: due, expiresAt: null);
        await platform.KillAsync(CancellationToken);

        await platform.RestartAsync(CancellationToken);

        await platform.WaitForMessageAsync(id, Messaging.Out, CancellationToken);
        var line = Assert.Single(await platform.LedgerAsync(Phone, CancellationToken));
        Assert.Equal("later", line.Text);
        Assert.InRange(line.At, due.AddMilliseconds(-1), DateTimeOffset.MaxValue);
    }

    [Theory]
    [InlineData(Stack.Embedded)]
    [InlineData(Stack.Servers)]
    public async Task Expired_WhileTheQueueIsPausedOrTheDeviceIsOffline_IsNeverSent(string stack)
    {
        var start = await Stack.StartOnAsync(stack, postgres, redis, CancellationToken);
        await using var platform = await StandaloneProcess.StartAsync(start, CancellationToken);
        await Task.WhenAll(platform.PairAsync(Phone, CancellationToken), platform.PairAsync(Offline, CancellationToken));
        await platform.PostAsync($"/api/messages/queue/{Phone}/pause", CancellationToken);
        await platform.ControlAsync(Offline, "network", new { up = false }, CancellationToken);
        await platform.WaitForDeviceAsync(Offline, device => device.GetProperty("state").GetString() != "connected", CancellationToken);

        foreach (var phone in (string[])[Phone, Offline])
        {
            var id = await StoreAsync(platform, start, phone, "too late", sendAt: null, expiresAt: TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(2));
            await platform.WaitForMessageAsync(id, ["expired"], CancellationToken);
        }

        await platform.PostAsync($"/api/messages/queue/{Phone}/resume", CancellationToken);
        await platform.ControlAsync(Offline, "network", new { up = true }, CancellationToken);
        foreach (var phone in (string[])[Phone, Offline])
        {
            var after = await platform.AcceptAsync(new { from = phone, to = Recipient, message = "in time", wait = false }, CancellationToken);
            await platform.WaitForMessageAsync(after, Messaging.Out, CancellationToken);
            Assert.Equal(["in time"], await platform.TextsSentAsync(phone, CancellationToken));
        }
    }

    private static async Task<string> StoreAsync(StandaloneProcess platform, StandaloneStart start, string phone, string text, DateTimeOffset? sendAt, DateTimeOffset? expiresAt)
    {
        var now = TimeProvider.System.GetDatabaseTime();
        var message = new Message
        {
            Id = Guid.CreateVersion7(now), PhoneNumber = phone, To = Recipient, Type = MessageType.Text, Body = JsonSerializer.Serialize(new { message = text }),
            Status = sendAt is null ? MessageStatus.Queued : MessageStatus.Scheduled, Priority = 5, DueAt = sendAt ?? now, ScheduledAt = sendAt, ExpiresAt = expiresAt, CreatedAt = now,
        };
        using var service = TestDatabase.CreateService(
            start.Environment.GetValueOrDefault("ConnectionStrings__wadb") ?? $"Data Source={Path.Combine(platform.DataDirectory, "waplatform.db")};Pooling=False");
        await using var db = await service.Services.GetRequiredService<IDbContextFactory<WaDbContext>>().CreateDbContextAsync(CancellationToken);
        db.Messages.Add(message);
        await db.SaveChangesAsync(CancellationToken);
        return message.Id.ToString();
    }
}
