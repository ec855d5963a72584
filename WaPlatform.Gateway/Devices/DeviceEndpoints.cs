using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Data;
using WaPlatform.Data.Devices;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;
using WaPlatform.Gateway.Lists;
using WaPlatform.ServiceDefaults.Secrets;

namespace WaPlatform.Gateway.Devices;

internal static class DeviceEndpoints
{
    public static void MapDevices(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/devices").WithTags("Devices").WithMetadata(BodyLimit.Json);

        group.MapGet("/", ListDevices).RequireAuthorization(Scopes.DevicesRead);
        group.MapPost("/", RegisterDevice).RequireAuthorization(Scopes.DevicesWrite);
        group.MapGet("/{phone}", GetDevice).RequireAuthorization(Scopes.DevicesRead);
        group.MapPatch("/{phone}", ChangeDevice).RequireAuthorization(Scopes.DevicesWrite);
        group.MapDelete("/{phone}", RemoveDevice).RequireAuthorization(Scopes.DevicesWrite);

        group.MapDeviceActions();
        group.MapDevicePairing();
        group.MapDeviceLogs();
        group.MapDeviceStatus();
    }

    /// <summary>All devices, by number.</summary>
    /// <param name="state">Only those whose last known state is this.</param>
    /// <param name="search">Only those whose number or name contains this.</param>
    internal static async Task<Results<Ok<Page<DeviceView>>, ProblemResult>> ListDevices(
        string? state, string? search, int? limit, string? after, DeviceAccess access, WaDbContext db, DeviceOwners owners, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var page = PageRequest.Read(limit, after, errors);
        var filter = DeviceFilter.Read(state, search, errors);
        if (errors.Any)
        {
            return errors.ToResult();
        }

        var devices = filter.Apply(db.Devices.AsNoTracking().AllowedTo(access));
        var total = await devices.CountAsync(cancellationToken);
        if (page.After is { } last)
        {
            devices = devices.Where(d => string.Compare(d.PhoneNumber, last) > 0);
        }

        var rows = await devices.OrderBy(d => d.PhoneNumber).Take(page.Limit + 1).ToListAsync(cancellationToken);
        var next = rows.Count > page.Limit ? PageRequest.Encode(rows[page.Limit - 1].PhoneNumber) : null;
        var views = await owners.ViewAsync(rows.Take(page.Limit).ToList(), cancellationToken);
        return TypedResults.Ok(new Page<DeviceView>(views, next, total));
    }

    /// <summary>Registers a number. Its engine starts at once unless autoStart is false.</summary>
    internal static async Task<Results<Created<DeviceView>, ProblemResult>> RegisterDevice(
        RegisterDeviceRequest request, DeviceAccess access, WaDbContext db, DeviceStarts starts, DeviceOwners owners, StoredSecrets secrets, TimeProvider timeProvider,
        CancellationToken cancellationToken)
    {
        if (request.Validate(out var number) is { Any: true } errors)
        {
            return errors.ToResult();
        }

        if (!access.Allows(number.Digits))
        {
            return new ProblemResult(ErrorCode.Forbidden, "Your key is limited to other numbers.");
        }

        var now = timeProvider.GetDatabaseTime();
        var queue = QueueSettingsRequest.Apply(request.Queue, new QueueSettings());
        var device = new Device
        {
            PhoneNumber = number.Digits,
            Name = DeviceName.Normalize(request.Name),
            Desired = request.AutoStart ?? true ? DesiredState.Running : DesiredState.Stopped,
            State = DeviceState.Stopped,
            Since = now,
            Concurrency = queue.Concurrency,
            IntervalMs = queue.IntervalMs,
            IntervalCap = queue.IntervalCap,
            JitterMs = queue.JitterMs,
            SimulateTyping = queue.SimulateTyping,
            CreatedAt = now,
            UpdatedAt = now,
        };
        ProxyUrl.Store(device, request.Proxy, secrets);
        db.Devices.Add(device);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (exception.IsUniqueViolation())
        {
            // The index is the judge: a look-up first would leave a gap for a second caller.
            return new ProblemResult(ErrorCode.DeviceAlreadyRegistered, $"The number {number} is registered already.");
        }

        if (device.Desired == DesiredState.Running)
        {
            await starts.StartNewAsync(number.Digits, cancellationToken);
        }

        return TypedResults.Created($"/api/devices/{number}", await owners.ViewAsync(device, cancellationToken));
    }

    /// <summary>One device.</summary>
    internal static async Task<Results<Ok<DeviceView>, ProblemResult>> GetDevice(
        PhoneNumber phone, WaDbContext db, DeviceOwners owners, CancellationToken cancellationToken) =>
        await db.FindDeviceAsync(phone, cancellationToken) is { } row
            ? TypedResults.Ok(await owners.ViewAsync(row, cancellationToken))
            : ProblemResult.NoDevice(phone.Digits);

    /// <summary>Changes name, queue settings or proxy. A new proxy restarts the engine.</summary>
    internal static async Task<Results<Ok<DeviceView>, ProblemResult>> ChangeDevice(
        PhoneNumber phone, ChangeDeviceRequest request, WaDbContext db, DeviceStarts starts, DeviceOwners owners, StoredSecrets secrets, TimeProvider timeProvider,
        CancellationToken cancellationToken)
    {
        if (request.Validate() is { Any: true } errors)
        {
            return errors.ToResult();
        }

        if (await db.Devices.SingleOrDefaultAsync(d => d.PhoneNumber == phone.Digits, cancellationToken) is not { } device)
        {
            return ProblemResult.NoDevice(phone.Digits);
        }

        // Only these columns are written: state, owner and epoch belong to the device's owner.
        var queue = QueueSettingsRequest.Apply(request.Queue, device.QueueSettings);
        (device.Concurrency, device.IntervalMs, device.IntervalCap) = (queue.Concurrency, queue.IntervalMs, queue.IntervalCap);
        (device.JitterMs, device.SimulateTyping) = (queue.JitterMs, queue.SimulateTyping);
        device.Name = request.NameGiven ? DeviceName.Normalize(request.Name) : device.Name;
        if (request.ProxyGiven)
        {
            ProxyUrl.Store(device, request.Proxy, secrets);
        }

        device.UpdatedAt = timeProvider.GetDatabaseTime();
        await db.SaveChangesAsync(cancellationToken);

        await starts.ReloadAsync(phone.Digits, cancellationToken);
        return TypedResults.Ok(await owners.ViewAsync(device, cancellationToken));
    }

    /// <summary>Unlinks the number, stops its engine and forgets the device.</summary>
    /// <param name="erase">Also remove session and files. Default: false.</param>
    internal static async Task<Results<NoContent, ProblemResult>> RemoveDevice(
        PhoneNumber phone, bool? erase, WaDbContext db, DeviceOwners owners, CancellationToken cancellationToken)
    {
        if (await db.FindDeviceAsync(phone, cancellationToken) is null)
        {
            return ProblemResult.NoDevice(phone.Digits);
        }

        await (await owners.ReachAsync(phone.Digits, cancellationToken)).RemoveAsync(erase ?? false);
        return TypedResults.NoContent();
    }
}
