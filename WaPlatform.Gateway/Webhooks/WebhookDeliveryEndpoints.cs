using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Webhooks;
using WaPlatform.Data;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;
using WaPlatform.Gateway.Lists;

namespace WaPlatform.Gateway.Webhooks;

internal static class WebhookDeliveryEndpoints
{
    public static void MapWebhookDeliveries(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/webhooks/{id}").WithTags("Webhooks").WithMetadata(BodyLimit.Json).RequireAuthorization(Scopes.WebhooksManage);

        group.MapPost("/test", Test);
        group.MapGet("/deliveries", ListDeliveries);
        group.MapPost("/deliveries/{delivery}/redeliver", Redeliver);
        group.MapPost("/replay", Replay);
    }

    /// <summary>Posts an event of type webhook.test once, also if the webhook is not active, and tells what came of it.</summary>
    internal static async Task<Results<Ok<DeliveryView>, ProblemResult>> Test(
        string id, DeviceAccess access, WaDbContext db, WebhookDeliverers deliverers, CancellationToken cancellationToken) =>
        await db.FindWebhookAsync(id, access, cancellationToken) is { } webhook
            ? TypedResults.Ok(await deliverers.AskAsync(webhook.Id, grain => grain.TestAsync().WaitAsync(cancellationToken)))
            : WebhookRows.NoWebhook();

    /// <summary>What was posted, newest first.</summary>
    /// <param name="status">Only those in this status, or in one of several with commas: pending, delivered, dead.</param>
    internal static async Task<Results<Ok<Page<DeliveryView>>, ProblemResult>> ListDeliveries(
        string id, string? status, int? limit, string? after, DeviceAccess access, WaDbContext db, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var page = PageRequest.Read(limit, after, errors);
        var statuses = ReadStatuses(status, errors);
        var last = Guid.AllBitsSet;
        errors.Require(page.After is null || Guid.TryParseExact(page.After, "D", out last), "after", "Is not a cursor of this list.");
        if (errors.Any)
        {
            return errors.ToResult();
        }

        if (await db.FindWebhookAsync(id, access, cancellationToken) is not { } webhook)
        {
            return WebhookRows.NoWebhook();
        }

        var deliveries = db.WebhookDeliveries.AsNoTracking().Where(d => d.WebhookId == webhook.Id && (statuses.Count == 0 || statuses.Contains(d.Status)));
        var total = await deliveries.CountAsync(cancellationToken);
        var rows = await deliveries.Where(d => d.Id < last).OrderByDescending(d => d.Id).Take(page.Limit + 1).ToListAsync(cancellationToken);
        var next = rows.Count > page.Limit ? PageRequest.Encode(rows[page.Limit - 1].Id.ToString("D")) : null;
        return TypedResults.Ok(new Page<DeliveryView>([.. rows.Take(page.Limit).Select(row => row.ToView())], next, total));
    }

    /// <summary>Posts the event of an earlier delivery once more, now and out of turn, and tells what came of it.</summary>
    internal static async Task<Results<Ok<DeliveryView>, ProblemResult>> Redeliver(
        string id, string delivery, DeviceAccess access, WaDbContext db, WebhookDeliverers deliverers, CancellationToken cancellationToken) =>
        await db.FindWebhookAsync(id, access, cancellationToken) is not { } webhook ? WebhookRows.NoWebhook()
        : !Guid.TryParse(delivery, out var key) ? new ProblemResult(ErrorCode.DeliveryNotFound, "No delivery of this webhook has that id.")
        : TypedResults.Ok(await deliverers.AskAsync(webhook.Id, grain => grain.RedeliverAsync(key).WaitAsync(cancellationToken)));

    /// <summary>Begins to deliver again, in order and beside the new ones, what had its turn in a range of time. A replay that is under way is replaced.</summary>
    internal static async Task<Results<Accepted<ReplayView>, ProblemResult>> Replay(
        string id, ReplayRequest? request, DeviceAccess access, WaDbContext db, WebhookDeliverers deliverers, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var (from, to) = ((request?.From ?? DateTimeOffset.UnixEpoch).ToUniversalTime(), (request?.To ?? timeProvider.GetUtcNow()).ToUniversalTime());
        var errors = new FieldErrors();
        errors.Require(from <= to, "from", "Must not be after to.");
        if (errors.Any)
        {
            return errors.ToResult();
        }

        return await db.FindWebhookAsync(id, access, cancellationToken) is { } webhook
            ? TypedResults.Accepted($"/api/webhooks/{webhook.Id}/deliveries", await deliverers.AskAsync(webhook.Id, grain => grain.ReplayAsync(from, to).WaitAsync(cancellationToken)))
            : WebhookRows.NoWebhook();
    }

    private static List<DeliveryStatus> ReadStatuses(string? status, FieldErrors errors)
    {
        var statuses = new List<DeliveryStatus>();
        foreach (var name in (status ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (WireJson.TryParseName<DeliveryStatus>(name, out var value))
            {
                statuses.Add(value);
            }
            else
            {
                errors.Add("status", $"Must be one of {string.Join(", ", Enum.GetValues<DeliveryStatus>().Select(WireJson.NameOf))}.");
                break;
            }
        }

        return statuses;
    }
}
