using System.Collections.Frozen;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Devices;
using WaPlatform.Data.Messages;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Health;
using WaPlatform.Tests.Data;

namespace WaPlatform.Tests.Gateway.Health;

public sealed class SqliteFleetHealthTests(SqliteTestDatabase database) : FleetHealthTests(database), IClassFixture<SqliteTestDatabase>;

public sealed class PostgresFleetHealthTests(PostgresTestDatabase database) : FleetHealthTests(database), IClassFixture<PostgresTestDatabase>;

/// <summary>What the rows tell of devices and queues; on both databases.</summary>
public abstract class FleetHealthTests(TestDatabase database)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Checks_DevicesOfAllKinds_TellOfThoseThatACallerMaySee()
    {
        var now = TimeProvider.System.GetUtcNow();
        string[] phones = [Phone(1), Phone(2), Phone(3), Phone(4), Phone(5)];
        await using (var db = await database.OpenAsync(CancellationToken))
        {
            db.Hosts.Add(new WaPlatform.Data.Hosts.Host { Id = "host-1", LeaseUntil = now.AddHours(1), Silo = "", Version = "1", Engine = "simulator", Machine = "m" });
            db.Hosts.Add(new WaPlatform.Data.Hosts.Host { Id = "host-2", LeaseUntil = now.AddHours(-1), Silo = "", Version = "1", Engine = "simulator", Machine = "m" });
            db.Devices.AddRange(
                Device(phones[0], DeviceState.Connected, "host-1", now), Device(phones[1], DeviceState.Connected, "host-2", now), Device(phones[2], DeviceState.Disconnected, "host-1", now),
                Device(phones[3], DeviceState.Connected, "host-1", now, paused: true), Device(phones[4], DeviceState.Connected, "host-1", now));

            // Waits and nothing is tried; waits in a paused queue; waits, but another went out a moment ago.
            db.Messages.AddRange(
                Waiting(phones[0], now), Waiting(phones[3], now), Waiting(phones[4], now),
                new Message { Id = Guid.CreateVersion7(), PhoneNumber = phones[4], To = "x@s.whatsapp.net", Body = "{}", Status = MessageStatus.Sent, SendingAt = now, CreatedAt = now, DueAt = now });
            await db.SaveChangesAsync(CancellationToken);
        }

        var fleet = new FleetHealth(database.Factory, Microsoft.Extensions.Options.Options.Create(new HealthOptions()), TimeProvider.System);
        var devices = await fleet.CheckDevicesAsync(DeviceAccess.ToAll, CancellationToken);
        var queues = await fleet.CheckQueuesAsync(DeviceAccess.ToAll, CancellationToken);
        var limited = new DeviceAccess(new[] { phones[4] }.ToFrozenSet());
        var (own, ownQueue) = (await fleet.CheckDevicesAsync(limited, CancellationToken), await fleet.CheckQueuesAsync(limited, CancellationToken));

        Assert.Equal((HealthStatus.Degraded, 5, 5, 3, 2), (devices.Status, Of(devices, "total"), Of(devices, "wanted"), Of(devices, "connected"), Of(devices, "troubled")));
        Assert.Equal((HealthStatus.Degraded, 3, 1), (queues.Status, Of(queues, "pending"), Of(queues, "stuck")));
        Assert.Equal((HealthStatus.Healthy, 1, 0), (own.Status, Of(own, "total"), Of(own, "troubled")));
        Assert.Equal((HealthStatus.Healthy, 1, 0), (ownQueue.Status, Of(ownQueue, "pending"), Of(ownQueue, "stuck")));
    }

    private static int Of(CheckView check, string name) => (int)check.Data[name];

    private static string Phone(int number) => $"551199991{number:D4}";

    private static Device Device(string phone, DeviceState state, string host, DateTimeOffset now, bool paused = false) => new()
    {
        PhoneNumber = phone, Desired = DesiredState.Running, State = state, OwnerHost = host, Since = now.AddHours(-1), CreatedAt = now, UpdatedAt = now, QueuePaused = paused,
    };

    private static Message Waiting(string phone, DateTimeOffset now) =>
        new() { Id = Guid.CreateVersion7(), PhoneNumber = phone, To = "x@s.whatsapp.net", Body = "{}", CreatedAt = now.AddHours(-1), DueAt = now.AddHours(-1) };
}
