using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Messages;

internal static class MessageActions
{
    // A move is one commit of the owner's; an owner elsewhere may have to be woken first.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // In a timeline; a message has a handful of events for each webhook.
    private const int MaxDeliveries = 500;

    public static void MapMessageActions(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/messages/{id}").WithTags("Messages").WithMetadata(BodyLimit.Json);

        group.MapPost("/cancel", Cancel).RequireAuthorization(Scopes.MessagesSend);
        group.MapPost("/retry", Retry).RequireAuthorization(Scopes.MessagesSend);
        group.MapGet("/timeline", GetTimeline).RequireAuthorization(Scopes.MessagesRead);
    }

    /// <summary>Takes a message back that waits. Canceling it again is no error; 409 once it is being sent or has an outcome.</summary>
    internal static Task<Results<Ok<MessageView>, ProblemResult>> Cancel(
        string id, DeviceAccess access, WaDbContext db, IGrainFactory grains, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        ActAsync(id, static (device, key) => device.CancelMessageAsync(key), access, db, grains, timeProvider, cancellationToken);

    /// <summary>Puts a failed or uncertain message into its queue again. An uncertain one may so reach its recipient twice.</summary>
    internal static Task<Results<Ok<MessageView>, ProblemResult>> Retry(
        string id, DeviceAccess access, WaDbContext db, IGrainFactory grains, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        ActAsync(id, static (device, key) => device.RetryMessageAsync(key), access, db, grains, timeProvider, cancellationToken);

    /// <summary>Everything that happened to a message, oldest first.</summary>
    internal static async Task<Results<Ok<TimelineView>, ProblemResult>> GetTimeline(
        string id, DeviceAccess access, WaDbContext db, CancellationToken cancellationToken) =>
        Guid.TryParse(id, out var key) && await db.Messages.AsNoTracking().AllowedTo(access).SingleOrDefaultAsync(m => m.Id == key, cancellationToken) is { } message
            ? TypedResults.Ok(TimelineView.From(message, await db.WebhookDeliveries.AsNoTracking().Where(d => d.MessageId == key).OrderBy(d => d.Id).Take(MaxDeliveries).ToListAsync(cancellationToken)))
            : NoMessage();

    private static async Task<Results<Ok<MessageView>, ProblemResult>> ActAsync(
        string id, Func<IDeviceGrain, Guid, Task<MessageView>> act, DeviceAccess access, WaDbContext db, IGrainFactory grains, TimeProvider timeProvider,
        CancellationToken cancellationToken) =>
        Guid.TryParse(id, out var key)
        && await db.Messages.AllowedTo(access).Where(m => m.Id == key).Select(m => m.PhoneNumber).SingleOrDefaultAsync(cancellationToken) is { } phoneNumber
            ? TypedResults.Ok(await act(grains.GetGrain<IDeviceGrain>(phoneNumber), key).WaitAsync(Patience, timeProvider, cancellationToken))
            : NoMessage();

    private static ProblemResult NoMessage() => new(ErrorCode.MessageNotFound, "No message has that id.");
}
