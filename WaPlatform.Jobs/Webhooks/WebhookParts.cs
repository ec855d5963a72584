using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WaPlatform.Data;
using WaPlatform.ServiceDefaults.Webhooks;

namespace WaPlatform.Jobs.Webhooks;

/// <summary>What all webhooks of this process use. None of it can be held by one of them.</summary>
internal sealed class WebhookParts(
    IDbContextFactory<WaDbContext> databases, GroupCommit writes, RecentJournal journal, WebhookSender sender, WebhookNotices notices, WebhookSecrets secrets, WebhookMetrics metrics,
    IOptions<WebhookOptions> options, TimeProvider timeProvider, ILoggerFactory loggers)
{
    public IDbContextFactory<WaDbContext> Databases { get; } = databases;

    public GroupCommit Writes { get; } = writes;

    public RecentJournal Journal { get; } = journal;

    public WebhookSender Sender { get; } = sender;

    public WebhookNotices Notices { get; } = notices;

    public WebhookSecrets Secrets { get; } = secrets;

    public WebhookMetrics Metrics { get; } = metrics;

    public WebhookOptions Options { get; } = options.Value;

    public TimeProvider TimeProvider { get; } = timeProvider;

    public ILogger Logger { get; } = loggers.CreateLogger<WebhookDeliverer>();
}
