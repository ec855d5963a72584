using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Data;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;
using WaPlatform.Gateway.Lists;

namespace WaPlatform.Gateway.Devices;

internal static class DeviceStatus
{
    public static void MapDeviceStatus(this RouteGroupBuilder group)
    {
        group.MapGet("/{phone}/status", GetStatus).RequireAuthorization(Scopes.DevicesRead);
        group.MapGet("/{phone}/history", ListHistory).RequireAuthorization(Scopes.DevicesRead);
    }

    /// <summary>State, the engine's own flags, and when the device last heard or spoke.</summary>
    internal static async Task<Results<Ok<DeviceStatusView>, ProblemResult>> GetStatus(
        PhoneNumber phone, WaDbContext db, DeviceOwners owners, CancellationToken cancellationToken) =>
        await db.FindDeviceAsync(phone, cancellationToken) is { } row
            ? TypedResults.Ok(await owners.StatusAsync(row, cancellationToken))
            : ProblemResult.NoDevice(phone.Digits);

    /// <summary>The device's state changes, newest first.</summary>
    internal static async Task<Results<Ok<Page<StateChangeView>>, ProblemResult>> ListHistory(
        PhoneNumber phone, int? limit, string? after, WaDbContext db, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var page = PageRequest.Read(limit, after, errors);
        var last = long.MaxValue;
        if (page.After is { } key && !long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out last))
        {
            errors.Add("after", "Is not a cursor of this list.");
        }

        if (errors.Any)
        {
            return errors.ToResult();
        }

        if (await db.FindDeviceAsync(phone, cancellationToken) is null)
        {
            return ProblemResult.NoDevice(phone.Digits);
        }

        var changes = db.StateChanges.AsNoTracking().Where(c => c.PhoneNumber == phone.Digits);
        var total = await changes.CountAsync(cancellationToken);
        var rows = await changes.Where(c => c.Id < last).OrderByDescending(c => c.Id).Take(page.Limit + 1).ToListAsync(cancellationToken);
        var next = rows.Count > page.Limit ? PageRequest.Encode(rows[page.Limit - 1].Id.ToString(CultureInfo.InvariantCulture)) : null;
        return TypedResults.Ok(new Page<StateChangeView>(
            [.. rows.Take(page.Limit).Select(c => new StateChangeView(c.State, c.Reason, c.At))], next, total));
    }
}
