using WaPlatform.Simulator.Configuration;
using WaPlatform.Simulator.Output;
using WaPlatform.Simulator.Slots;

namespace WaPlatform.Simulator.Network;

/// <summary>
/// The auto-connect two seconds after start: slot after slot, a failure is not tried again except for the first session, which a checker
/// looks after every five minutes (gowa contract §8.1).
/// </summary>
internal sealed class BootConnect(SlotRegistry slots, Connector connector, SimulatorSettings settings, GoLog log, TimeProvider time)
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMinutes(5);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(settings.AutoConnectDelay, time, cancellationToken);
        var found = slots.Snapshot;
        if (found.Count == 0)
        {
            log.Warning("auto-connect skipped: no devices available");
        }

        foreach (var slot in found)
        {
            await ConnectAsync(slot, cancellationToken);
        }

        using var checker = new PeriodicTimer(CheckInterval, time);
        while (await checker.WaitForNextTickAsync(cancellationToken))
        {
            // Only a client that lost the race at boot; after a socket loss the reconnect loop is at work.
            if (slots.Snapshot.FirstOrDefault(static slot => slot is { HasSession: true, ClientFromBoot: true }) is { Connected: false, LoggedIn: false } global)
            {
                await connector.ConnectAsync(global, cancellationToken);
            }
        }
    }

    private async Task ConnectAsync(Slot slot, CancellationToken cancellationToken)
    {
        await slots.EnsureClientAsync(slot, fromBoot: true);
        if (!slot.HasSession)
        {
            log.Warning($"auto-connect failed for device {slot.Id}: device {slot.Id} is not logged in (session deleted)");
            return;
        }

        if (slot.Connected)
        {
            return;
        }

        if (await connector.ConnectAsync(slot, cancellationToken) is { } error)
        {
            log.Error($"[RECONNECT][{slot.Id}] Reconnect failed: {error}");
            log.Warning($"auto-connect failed for device {slot.Id}: {error}");
        }
        else
        {
            log.Info($"auto-connected device {slot.Id}");
        }
    }
}
