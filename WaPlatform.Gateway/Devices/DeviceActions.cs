using Microsoft.AspNetCore.Http.HttpResults;
using WaPlatform.Contracts.Devices;
using WaPlatform.Data;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Devices;

internal static class DeviceActions
{
    public static void MapDeviceActions(this RouteGroupBuilder group)
    {
        group.MapAction("start", "Starts the device's engine. Ends a failed state and any back-off.", device => device.StartAsync());
        group.MapAction("stop", "Stops the device's engine; it stays stopped until somebody starts it.", device => device.StopAsync());
        group.MapAction("restart", "Stops the device's engine and starts it again.", device => device.RestartAsync());
        group.MapAction("logout", "Unlinks the number from WhatsApp; it can be paired again.", device => device.LogoutAsync());
        group.MapAction("reconnect", "Lets the engine dial WhatsApp again.", device => device.ReconnectAsync());
    }

    private static void MapAction(this RouteGroupBuilder group, string name, string summary, Func<IDeviceGrain, Task<DeviceLive>> act) =>
        group.MapPost($"/{{phone}}/{name}", async Task<Results<Accepted<DeviceView>, ProblemResult>> (
                PhoneNumber phone, WaDbContext db, DeviceOwners owners, CancellationToken cancellationToken) =>
            {
                // Before the call: a grain can be made for any key.
                if (await db.FindDeviceAsync(phone, cancellationToken) is null)
                {
                    return ProblemResult.NoDevice(phone.Digits);
                }

                var live = await act(await owners.ReachAsync(phone.Digits, cancellationToken)).WaitAsync(cancellationToken);

                // Read again: the owner has stored the new wish.
                return await db.FindDeviceAsync(phone, cancellationToken) is { } row
                    ? TypedResults.Accepted($"/api/devices/{phone}", DeviceView.From(row, live, silence: null))
                    : ProblemResult.NoDevice(phone.Digits);
            })
            .WithSummary(summary)
            .RequireAuthorization(Scopes.DevicesWrite);
}
