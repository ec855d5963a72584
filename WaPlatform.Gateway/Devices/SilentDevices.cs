using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Data;
using WaPlatform.Data.Devices;
using WaPlatform.Gateway.Hosts;
using WaPlatform.Gateway.Messages;

namespace WaPlatform.Gateway.Devices;

/// <summary>What is known of a device whose owner does not answer.</summary>
/// <param name="HostLost">The host that ran it is gone, and with it its engine.</param>
/// <param name="Since">When that host's lease ran out; null if nobody knows.</param>
/// <param name="Queue">By the rows.</param>
internal sealed record Silence(bool HostLost, DateTimeOffset? Since, QueueInfo Queue);

/// <summary>Finds out by the rows what owners that do not answer would say: of any number of devices with the same few queries.</summary>
internal sealed class SilentDevices(IDbContextFactory<WaDbContext> databases, TimeProvider timeProvider)
{
    /// <summary>In the order of the devices.</summary>
    public async Task<IReadOnlyList<Silence>> ReadAsync(IReadOnlyList<Device> devices, CancellationToken cancellationToken)
    {
        if (devices.Count == 0)
        {
            return [];
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var leases = await HostLeases.ReadAsync(db, timeProvider, cancellationToken);
        var queues = await db.ReadQueuesAsync(devices, timeProvider, cancellationToken);
        return [.. devices.Select((device, index) => Judge(device, leases, queues[index]))];
    }

    private static Silence Judge(Device device, HostLeases leases, QueueInfo queue)
    {
        // A row that says that there is no engine anyway is right whoever is gone.
        var lost = device.Desired == DesiredState.Running
            && device.State is not (DeviceState.Failed or DeviceState.LoggedOut)
            && (device.OwnerHost is not { } host || !leases.IsAlive(host));
        return new Silence(lost, lost && device.OwnerHost is { } gone ? leases.LeaseOf(gone) : null, queue);
    }
}
