using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Data;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Devices;
using WaPlatform.Gateway.Faults;
using WaPlatform.Gateway.Lists;

namespace WaPlatform.Gateway.Messages;

internal static class QueueEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static void MapQueues(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/messages").WithTags("Queues").WithMetadata(BodyLimit.Json);

        group.MapGet("/queues", ListQueues).RequireAuthorization(Scopes.MessagesRead);
        group.MapGet("/queue/{phone}", GetQueue).RequireAuthorization(Scopes.MessagesRead);

        // These hold or drop what others have sent, as stopping the device does: who may only send must not.
        group.MapPost("/queue/{phone}/pause", PauseQueue).RequireAuthorization(Scopes.DevicesWrite);
        group.MapPost("/queue/{phone}/resume", ResumeQueue).RequireAuthorization(Scopes.DevicesWrite);
        group.MapDelete("/queue/{phone}", PurgeQueue).RequireAuthorization(Scopes.DevicesWrite);
    }

    /// <summary>The queues of all devices, by number.</summary>
    internal static async Task<Results<Ok<Page<QueueView>>, ProblemResult>> ListQueues(
        int? limit, string? after, DeviceAccess access, WaDbContext db, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var page = PageRequest.Read(limit, after, errors);
        if (errors.Any)
        {
            return errors.ToResult();
        }

        var devices = db.Devices.AsNoTracking().AllowedTo(access);
        var total = await devices.CountAsync(cancellationToken);
        if (page.After is { } last)
        {
            devices = devices.Where(d => string.Compare(d.PhoneNumber, last) > 0);
        }

        var rows = await devices.OrderBy(d => d.PhoneNumber).Take(page.Limit + 1).ToListAsync(cancellationToken);
        var next = rows.Count > page.Limit ? PageRequest.Encode(rows[page.Limit - 1].PhoneNumber) : null;
        var devicesOfPage = rows.Take(page.Limit).ToList();
        var queues = await db.ReadQueuesAsync(devicesOfPage, timeProvider, cancellationToken);
        return TypedResults.Ok(new Page<QueueView>([.. devicesOfPage.Zip(queues, (device, queue) => QueueView.From(device.PhoneNumber, queue))], next, total));
    }

    /// <summary>One device's queue.</summary>
    internal static async Task<Results<Ok<QueueView>, ProblemResult>> GetQueue(
        PhoneNumber phone, WaDbContext db, DeviceOwners owners, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        if (await db.FindDeviceAsync(phone, cancellationToken) is not { } device)
        {
            return ProblemResult.NoDevice(phone.Digits);
        }

        var queue = await owners.FindQueueAsync(phone.Digits, cancellationToken) ?? (await db.ReadQueuesAsync([device], timeProvider, cancellationToken))[0];
        return TypedResults.Ok(QueueView.From(phone.Digits, queue));
    }

    /// <summary>Holds the queue: messages are still accepted, and wait until it is resumed.</summary>
    internal static Task<Results<Ok<QueueView>, ProblemResult>> PauseQueue(
        PhoneNumber phone, WaDbContext db, IGrainFactory grains, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        SetPausedAsync(phone, paused: true, db, grains, timeProvider, cancellationToken);

    /// <summary>Lets a paused queue go on.</summary>
    internal static Task<Results<Ok<QueueView>, ProblemResult>> ResumeQueue(
        PhoneNumber phone, WaDbContext db, IGrainFactory grains, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        SetPausedAsync(phone, paused: false, db, grains, timeProvider, cancellationToken);

    /// <summary>Cancels every message that waits, scheduled ones included.</summary>
    internal static async Task<Results<Ok<PurgeView>, ProblemResult>> PurgeQueue(
        PhoneNumber phone, WaDbContext db, DeviceOwners owners, CancellationToken cancellationToken) =>
        await db.FindDeviceAsync(phone, cancellationToken) is null
            ? ProblemResult.NoDevice(phone.Digits)
            : TypedResults.Ok(new PurgeView(phone.Digits, await (await owners.ReachAsync(phone.Digits, cancellationToken)).PurgeQueueAsync().WaitAsync(cancellationToken)));

    private static async Task<Results<Ok<QueueView>, ProblemResult>> SetPausedAsync(
        PhoneNumber phone, bool paused, WaDbContext db, IGrainFactory grains, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        if (await db.FindDeviceAsync(phone, cancellationToken) is null)
        {
            return ProblemResult.NoDevice(phone.Digits);
        }

        var queue = await grains.GetGrain<IDeviceGrain>(phone.Digits).SetQueuePausedAsync(paused).WaitAsync(Patience, timeProvider, cancellationToken);
        return TypedResults.Ok(QueueView.From(phone.Digits, queue));
    }
}
