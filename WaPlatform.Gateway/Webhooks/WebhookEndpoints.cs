using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WaPlatform.Data;
using WaPlatform.Data.Events;
using WaPlatform.Data.Webhooks;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;
using WaPlatform.Gateway.Lists;
using WaPlatform.ServiceDefaults.Webhooks;

namespace WaPlatform.Gateway.Webhooks;

internal static class WebhookEndpoints
{
    public static void MapWebhookSettings(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/webhooks").WithTags("Webhooks").WithMetadata(BodyLimit.Json).RequireAuthorization(Scopes.WebhooksManage);

        group.MapGet("/", ListWebhooks);
        group.MapPost("/", CreateWebhook);
        group.MapGet("/{id}", GetWebhook);
        group.MapPatch("/{id}", ChangeWebhook);
        group.MapDelete("/{id}", RemoveWebhook);
        group.MapPost("/{id}/rotate-secret", RotateSecret);
    }

    /// <summary>Webhooks, oldest first.</summary>
    internal static async Task<Results<Ok<Page<WebhookView>>, ProblemResult>> ListWebhooks(
        int? limit, string? after, DeviceAccess access, WaDbContext db, WebhookSecrets secrets, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var page = PageRequest.Read(limit, after, errors);
        var last = Guid.Empty;
        errors.Require(page.After is null || Guid.TryParseExact(page.After, "D", out last), "after", "Is not a cursor of this list.");
        if (errors.Any)
        {
            return errors.ToResult();
        }

        var webhooks = db.Webhooks.AsNoTracking().For(access);
        var total = await webhooks.CountAsync(cancellationToken);
        var rows = await webhooks.Where(w => w.Id > last).OrderBy(w => w.Id).Take(page.Limit + 1).ToListAsync(cancellationToken);
        var next = rows.Count > page.Limit ? PageRequest.Encode(rows[page.Limit - 1].Id.ToString("D")) : null;
        return TypedResults.Ok(new Page<WebhookView>([.. rows.Take(page.Limit).Select(row => WebhookView.Of(row, secrets))], next, total));
    }

    /// <summary>Subscribes to the events from now on. The answer shows the secret, this once.</summary>
    internal static async Task<Results<Created<WebhookView>, ProblemResult>> CreateWebhook(
        CreateWebhookRequest request, DeviceAccess access, WaDbContext db, WebhookUrl urls, WebhookSecrets secrets, WebhookDeliverers deliverers, TimeProvider timeProvider,
        CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var events = WebhookMembers.ReadEvents(request.Events, errors);
        var devices = WebhookMembers.ReadDevices(request.Devices, errors);
        var headers = WebhookHeaders.Read(request.Headers, new Dictionary<string, string>(), errors);
        WebhookMembers.CheckSecret(request.Secret, errors);
        if (await urls.ProblemAsync(request.Url, cancellationToken) is { } problem)
        {
            errors.Add("url", problem);
        }

        if (errors.Any)
        {
            return errors.ToResult();
        }

        if (!access.MayHear(devices))
        {
            return WebhookRows.NotYours();
        }

        var secret = request.Secret ?? SigningSecret.Create();
        var now = timeProvider.GetDatabaseTime();
        var webhook = new Webhook
        {
            Id = Guid.CreateVersion7(now),
            Url = request.Url!,
            Events = events,
            Devices = devices,
            Headers = secrets.ProtectHeaders(headers),
            Secret = secrets.Protect(secret),
            Active = request.Active ?? true,
            CreatedAt = now,
            UpdatedAt = now,
            Cursor = await db.LastEventAsync(cancellationToken),
        };
        db.Webhooks.Add(webhook);
        await db.SaveChangesAsync(cancellationToken);

        await deliverers.WakeAsync(webhook.Id, cancellationToken);
        return TypedResults.Created($"/api/webhooks/{webhook.Id}", WebhookView.Of(webhook, secrets, secret));
    }

    /// <summary>One webhook.</summary>
    internal static async Task<Results<Ok<WebhookView>, ProblemResult>> GetWebhook(
        string id, DeviceAccess access, WaDbContext db, WebhookSecrets secrets, CancellationToken cancellationToken) =>
        await db.FindWebhookAsync(id, access, cancellationToken) is { } webhook ? TypedResults.Ok(WebhookView.Of(webhook, secrets)) : WebhookRows.NoWebhook();

    /// <summary>Changes a webhook. What happened while it was not active is delivered when it is again.</summary>
    internal static async Task<Results<Ok<WebhookView>, ProblemResult>> ChangeWebhook(
        string id, ChangeWebhookRequest request, DeviceAccess access, WaDbContext db, WebhookUrl urls, WebhookSecrets secrets, WebhookDeliverers deliverers,
        IOptions<WebhookOptions> options, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        if (await db.Webhooks.For(access).WithId(id).SingleOrDefaultAsync(cancellationToken) is not { } webhook)
        {
            return WebhookRows.NoWebhook();
        }

        var errors = new FieldErrors();
        var devices = request.DevicesGiven ? WebhookMembers.ReadDevices(request.Devices, errors) : webhook.Devices;
        webhook.Events = request.Events is null ? webhook.Events : WebhookMembers.ReadEvents(request.Events, errors);
        if (request.Headers is not null)
        {
            webhook.Headers = secrets.ProtectHeaders(WebhookHeaders.Read(request.Headers, secrets.UnprotectHeaders(webhook.Headers), errors));
        }

        WebhookMembers.CheckSecret(request.Secret, errors);
        if (request.Url is not null && await urls.ProblemAsync(request.Url, cancellationToken) is { } problem)
        {
            errors.Add("url", problem);
        }

        if (errors.Any)
        {
            return errors.ToResult();
        }

        if (!access.MayHear(devices))
        {
            return WebhookRows.NotYours();
        }

        webhook.Devices = devices;
        webhook.Url = request.Url ?? webhook.Url;
        webhook.Active = request.Active ?? webhook.Active;
        var now = timeProvider.GetDatabaseTime();
        if (request.Secret is { } secret)
        {
            webhook.Rotate(secrets.Protect(secret), now, options.Value.SecretOverlap);
        }

        webhook.Change(now);
        await db.SaveChangesAsync(cancellationToken);

        await deliverers.WakeAsync(webhook.Id, cancellationToken);
        return TypedResults.Ok(WebhookView.Of(webhook, secrets));
    }

    /// <summary>Ends a subscription and forgets its deliveries.</summary>
    internal static async Task<Results<NoContent, ProblemResult>> RemoveWebhook(
        string id, DeviceAccess access, WaDbContext db, WebhookDeliverers deliverers, CancellationToken cancellationToken)
    {
        if (await db.FindWebhookAsync(id, access, cancellationToken) is not { } webhook)
        {
            return WebhookRows.NoWebhook();
        }

        await db.Webhooks.Where(w => w.Id == webhook.Id).ExecuteDeleteAsync(cancellationToken);
        await deliverers.WakeAsync(webhook.Id, cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>Sets a new secret and shows it, this once. For some time the one before signs too, so that the receiver can change over.</summary>
    internal static async Task<Results<Ok<WebhookView>, ProblemResult>> RotateSecret(
        string id, RotateSecretRequest? request, DeviceAccess access, WaDbContext db, WebhookSecrets secrets, WebhookDeliverers deliverers, IOptions<WebhookOptions> options,
        TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        WebhookMembers.CheckSecret(request?.Secret, errors);
        if (errors.Any)
        {
            return errors.ToResult();
        }

        if (await db.Webhooks.For(access).WithId(id).SingleOrDefaultAsync(cancellationToken) is not { } webhook)
        {
            return WebhookRows.NoWebhook();
        }

        var secret = request?.Secret ?? SigningSecret.Create();
        var now = timeProvider.GetDatabaseTime();
        webhook.Rotate(secrets.Protect(secret), now, options.Value.SecretOverlap);
        webhook.Change(now);
        await db.SaveChangesAsync(cancellationToken);

        await deliverers.WakeAsync(webhook.Id, cancellationToken);
        return TypedResults.Ok(WebhookView.Of(webhook, secrets, secret));
    }
}
