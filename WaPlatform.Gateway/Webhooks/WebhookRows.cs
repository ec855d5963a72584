using Microsoft.EntityFrameworkCore;
using WaPlatform.Data;
using WaPlatform.Data.Webhooks;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Webhooks;

internal static class WebhookRows
{
    /// <summary>Those that a caller may manage: one that is limited to devices, those that are limited to some of them.</summary>
    public static IQueryable<Webhook> For(this IQueryable<Webhook> webhooks, DeviceAccess access)
    {
        if (access.Only is null)
        {
            return webhooks;
        }

        List<string> mine = [.. access.Only];
        return webhooks.Where(w => w.Devices != null && !w.Devices.Any(device => !mine.Contains(device)));
    }

    /// <summary>The one with an id, or none if that is no id.</summary>
    public static IQueryable<Webhook> WithId(this IQueryable<Webhook> webhooks, string id)
    {
        var key = Guid.TryParse(id, out var parsed) ? parsed : Guid.Empty;
        return webhooks.Where(w => w.Id == key);
    }

    public static Task<Webhook?> FindWebhookAsync(this WaDbContext db, string id, DeviceAccess access, CancellationToken cancellationToken) =>
        db.Webhooks.AsNoTracking().For(access).WithId(id).SingleOrDefaultAsync(cancellationToken);

    /// <summary>Whether a caller may have a webhook of these devices.</summary>
    /// <param name="devices">Null = all.</param>
    public static bool MayHear(this DeviceAccess access, IReadOnlyList<string>? devices) => access.Only is null || (devices is not null && devices.All(access.Allows));

    public static ProblemResult NoWebhook() => new(ErrorCode.WebhookNotFound, "No webhook has that id.");

    public static ProblemResult NotYours() => new(ErrorCode.Forbidden, "Your access is limited to some devices: name those of them in devices whose events are to be posted.");
}
