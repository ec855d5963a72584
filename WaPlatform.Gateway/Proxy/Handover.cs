using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Data;
using WaPlatform.Gateway.Devices;
using WaPlatform.Gateway.Hosts;

namespace WaPlatform.Gateway.Proxy;

/// <summary>
/// Finds the way to an engine that may be on its way from one host to another just now: then it waits a little for the new owner, instead of saying
/// that there is no engine.
/// </summary>
internal sealed class Handover(EngineLanes lanes, IDbContextFactory<WaDbContext> databases, TimeProvider timeProvider)
{
    // An owner lets go of a device and another takes it within one to three seconds.
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc cref="EngineLanes.FindAsync"/>
    public async Task<EngineLane?> FindAsync(PhoneNumber phone, EngineLane? failed, CancellationToken cancellationToken)
    {
        try
        {
            if (await lanes.FindAsync(phone.Digits, failed, cancellationToken) is { } found)
            {
                return found;
            }

            return await IsMovingAsync(phone, failed, cancellationToken) ? await WaitAsync(phone, failed, cancellationToken) : null;
        }
        catch (Exception exception) when (DeviceOwners.IsUnreachable(exception) && !cancellationToken.IsCancellationRequested)
        {
            if (!await IsMovingAsync(phone, failed, cancellationToken) || await WaitAsync(phone, failed, cancellationToken) is not { } moved)
            {
                throw;
            }

            return moved;
        }
    }

    private async Task<EngineLane?> WaitAsync(PhoneNumber phone, EngineLane? failed, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Longest, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            while (true)
            {
                await Task.Delay(Pause, timeProvider, either.Token);
                if (await TryFindAsync(phone, failed, either.Token) is { } found)
                {
                    return found;
                }
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<EngineLane?> TryFindAsync(PhoneNumber phone, EngineLane? failed, CancellationToken cancellationToken)
    {
        try
        {
            return await lanes.FindAsync(phone.Digits, failed, cancellationToken);
        }
        catch (Exception exception) when (DeviceOwners.IsUnreachable(exception) && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<bool> IsMovingAsync(PhoneNumber phone, EngineLane? failed, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.FindDeviceAsync(phone, cancellationToken) is not { Desired: DesiredState.Running } device)
        {
            return false;
        }

        return device.OwnerHost is not { } owner
            || (failed is not null && failed.Route.Host != owner)
            || (device.PlacedOn is { } place && place != owner)
            || !(await HostLeases.ReadAsync(db, timeProvider, cancellationToken)).IsAlive(owner);
    }
}
