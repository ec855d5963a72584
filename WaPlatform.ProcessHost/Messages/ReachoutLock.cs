using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Engines;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Messages;
using WaPlatform.ProcessHost.Devices;
using WaPlatform.ProcessHost.Engines;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>
/// WhatsApp's lock on a number that wrote to too many strangers (error 463): until it is over, only those who wrote to the number before can be
/// written to. Runs on the grain's scheduler.
/// </summary>
internal sealed partial class ReachoutLock(DeviceCondition condition, MessageStore store, IOptions<SendingOptions> options, TimeProvider timeProvider, ILogger logger)
{
    private bool _isLoaded;

    /// <summary>When it is over, as far as anybody knows; null if there is none.</summary>
    public DateTimeOffset? Until { get; private set; }

    /// <summary>Goes on with a lock that an earlier owner saw, and ends one whose time is over.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        if (!_isLoaded)
        {
            Until = await store.ParkedUntilAsync(EngineCodes.ReachoutTimelock, cancellationToken);
            _isLoaded = true;
        }

        if (Until is { } end && end <= timeProvider.GetUtcNow())
        {
            Until = null;
            Log.Ended(logger);
        }

        if (condition.Facts.Timelocked != Until is not null)
        {
            condition.Update(facts => facts with { Timelocked = Until is not null });
        }
    }

    /// <summary>WhatsApp refused a stranger.</summary>
    public void Begin()
    {
        Until = timeProvider.GetUtcNow() + options.Value.ReachoutTimelock;
        Log.Began(logger, Until.Value);
        condition.Update(facts => facts with { Timelocked = true });
    }

    /// <summary>Whether a message has to wait for the end of the lock: it is for a person who never wrote to this number.</summary>
    public async Task<bool> HoldsAsync(EngineSession session, Message message)
    {
        if (Until is null || Until <= timeProvider.GetUtcNow() || message.Type is MessageType.Presence or MessageType.ChatPresence || message.To.EndsWith("@g.us", StringComparison.Ordinal) || message.To.EndsWith("@newsletter", StringComparison.Ordinal))
        {
            return false;
        }

        try
        {
            return EngineChat.Rows(await session.Client.GetMessagesAsync(message.To, isFromMe: false, since: null, limit: 1, offset: 0, session.Ended)) is { Count: 0 };
        }
        catch (Exception exception) when (EngineFaults.IsCallFailure(exception) || exception is OperationCanceledException)
        {
            // WhatsApp will tell.
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "WhatsApp refused a message to a stranger (error 463): messages to strangers wait until {Until:u}.")]
        public static partial void Began(ILogger logger, DateTimeOffset until);

        [LoggerMessage(2, LogLevel.Information, "Messages to strangers are tried again.")]
        public static partial void Ended(ILogger logger);
    }
}
