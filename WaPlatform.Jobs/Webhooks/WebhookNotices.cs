using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Events;
using WaPlatform.Contracts.Webhooks;
using WaPlatform.Data;
using WaPlatform.Data.Events;
using WaPlatform.ServiceDefaults.Events;

namespace WaPlatform.Jobs.Webhooks;

/// <summary>Tells in the journal of webhooks that fail.</summary>
internal sealed class WebhookNotices(GroupCommit writes, LivePublisher live, TimeProvider timeProvider)
{
    /// <summary>Tells that nothing was delivered for some time.</summary>
    public Task TellFailingAsync(WebhookTroubleData trouble) => AppendAsync(EventTypes.WebhookFailing, trouble, static (_, _) => Task.FromResult(true));

    /// <summary>Switches a webhook off, and tells so. False if people changed it meanwhile: then it stays on.</summary>
    public Task<bool> DisableAsync(long revision, WebhookDisabledReason reason, WebhookTroubleData trouble) => AppendAsync(
        EventTypes.WebhookDisabled, trouble,
        async (db, now) => await db.Webhooks.Where(w => w.Id == trouble.Webhook && w.Revision == revision && w.Active).ExecuteUpdateAsync(set => set
            .SetProperty(w => w.Active, false)
            .SetProperty(w => w.DisabledReason, reason)
            .SetProperty(w => w.NextAttemptAt, (DateTimeOffset?)null)
            .SetProperty(w => w.Revision, w => w.Revision + 1)
            .SetProperty(w => w.UpdatedAt, now)) > 0);

    private async Task<bool> AppendAsync(string type, WebhookTroubleData trouble, Func<WaDbContext, DateTimeOffset, Task<bool>> holds)
    {
        var now = timeProvider.GetDatabaseTime();
        var (previous, stored) = await writes.RunAsync(
            async db =>
            {
                if (!await holds(db, now))
                {
                    return (0L, (JournalEvent?)null);
                }

                var row = new JournalEvent { Type = type, Source = EventSource.Platform, At = now, Data = JsonSerializer.Serialize(trouble, WireJson.Options) };
                return (await db.AppendAsync([row], CancellationToken.None), row);
            },
            last: true);
        if (stored is not null)
        {
            live.Publish(previous, [stored.ToEvent()]);
        }

        return stored is not null;
    }
}
