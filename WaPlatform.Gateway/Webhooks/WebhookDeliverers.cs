using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Webhooks;

namespace WaPlatform.Gateway.Webhooks;

/// <summary>The way to those who deliver, who may be away.</summary>
internal sealed partial class WebhookDeliverers(IGrainFactory grains, TimeProvider timeProvider, ILogger<WebhookDeliverers> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Tells the deliverer that its row is new or changed. One that can't be reached finds out by itself.</summary>
    public async Task WakeAsync(Guid webhook, CancellationToken cancellationToken)
    {
        try
        {
            await AskAsync(webhook, async grain =>
            {
                await grain.WakeAsync().WaitAsync(Patience, timeProvider, cancellationToken);
                return true;
            });
        }
        catch (PlatformException exception)
        {
            Log.NotWoken(logger, webhook, exception.Detail);
        }
    }

    /// <summary>Has the deliverer do something.</summary>
    /// <exception cref="PlatformException">WEBHOOKS_UNAVAILABLE, or its own refusal.</exception>
    public async Task<T> AskAsync<T>(Guid webhook, Func<IWebhookGrain, Task<T>> ask)
    {
        try
        {
            return await ask(grains.GetGrain<IWebhookGrain>(webhook));
        }
        catch (Exception exception) when (exception is OrleansException { InnerException: not PlatformException } or TimeoutException or ArgumentException)
        {
            // ArgumentException: no silo of the cluster has such grains.
            throw new PlatformException(ErrorCode.WebhooksUnavailable, "No service that delivers webhooks can be reached; what waits is delivered when one is back.") { RetryAfter = Patience };
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The deliverer of webhook {Webhook} could not be told of a change; it finds out by itself. {Reason}")]
        public static partial void NotWoken(ILogger logger, Guid webhook, string reason);
    }
}
