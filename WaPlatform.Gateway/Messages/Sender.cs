using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data;
using WaPlatform.Data.Messages;
using WaPlatform.Gateway.Devices;

namespace WaPlatform.Gateway.Messages;

/// <summary>Takes a message from the request to its owner: stored first, then announced, then waited for.</summary>
internal sealed partial class Sender(
    MessageStore store, IDbContextFactory<WaDbContext> databases, IGrainFactory grains, MessageMetrics metrics, IHostApplicationLifetime lifetime, TimeProvider timeProvider,
    ILogger<Sender> logger)
{
    /// <summary>How long a request waits for the outcome of its message.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    // Most messages have their outcome by then.
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(5);

    // On top of the wait: for the owner to wake up and answer.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <exception cref="PlatformException">DEVICE_NOT_FOUND, IDEMPOTENCY_CONFLICT, and with <paramref name="requireConnected"/> DEVICE_NOT_RUNNING, DEVICE_NOT_PAIRED, ENGINE_*.</exception>
    public async Task<MessageView> SendAsync(MessageDraft draft, bool wait, bool requireConnected, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.Source.StartActivity("message.send");
        if (requireConnected && !await WasAcceptedAsync(draft, cancellationToken))
        {
            await CheckConnectedAsync(draft.From, cancellationToken);
        }

        // What has its time has no outcome before it.
        wait &= !(draft.SendAt > timeProvider.GetUtcNow());
        var (message, repeated, indexed) = await store.StoreAsync(draft, tells: !wait, cancellationToken);
        activity?.SetTag("wa.message.id", message.Id);
        var view = repeated || !wait ? message.ToView(repeated) : await SubmitAsync(message, indexed, cancellationToken);
        metrics.Answered(view.Status);
        return view;
    }

    /// <summary>Stores many messages together, in their order; nobody waits for what becomes of them.</summary>
    public async Task<IReadOnlyList<BulkResult>> SendBulkAsync(IReadOnlyList<MessageDraft> drafts, CancellationToken cancellationToken)
    {
        var stored = drafts.Select(draft => store.StoreAsync(draft, tells: true, cancellationToken)).ToList();
        await ((Task)Task.WhenAll(stored)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (stored.Count > 0 && stored.TrueForAll(one => one.Exception?.InnerException is { } failure && failure.IsDatabaseUnavailable()))
        {
            // Nothing of it: the whole may be sent again.
            await stored[0];
        }

        var results = new List<BulkResult>(drafts.Count);
        foreach (var one in stored)
        {
            try
            {
                var (message, repeated, _) = await one;
                metrics.Answered(message.Status);
                results.Add(new BulkResult(message, repeated, null));
            }
            catch (PlatformException refused)
            {
                results.Add(new BulkResult(null, false, refused));
            }
            catch (Exception exception) when (exception.IsDatabaseUnavailable())
            {
                results.Add(new BulkResult(null, false, new PlatformException(ErrorCode.StorageUnavailable, "The database did not take this message; it was not stored.")));
            }
        }

        return results;
    }

    // Whatever fails from here on, the message is accepted: its owner finds the row.
    private async Task<MessageView> SubmitAsync(Message message, Task<bool> indexed, CancellationToken cancellationToken)
    {
        // A gateway that is told to stop does not wait for outcomes: the caller asks for the message later.
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            var owner = grains.GetGrain<IDeviceGrain>(message.PhoneNumber);
            if (!await indexed)
            {
                await owner.WakeQueueAsync(unindexed: true).WaitAsync(Grace, timeProvider, waiting.Token);
            }

            var submitted = owner.SubmitAsync(message.Id, LongestWait);
            if (await Task.WhenAny(submitted, Task.Delay(Usual, timeProvider, waiting.Token)) != submitted)
            {
                // One that is there says so at once, whatever its message waits for.
                await owner.EnsureActiveAsync().WaitAsync(Grace, timeProvider, waiting.Token);
            }

            return await submitted.WaitAsync(LongestWait + Grace, timeProvider, waiting.Token) ?? message.ToView();
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotAnnounced(logger, message.Id, exception.GetType().Name);
            return message.ToView();
        }
    }

    private async Task<bool> WasAcceptedAsync(MessageDraft draft, CancellationToken cancellationToken)
    {
        if (draft.IdempotencyKey is null)
        {
            return false;
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Messages.AnyAsync(m => m.PhoneNumber == draft.From.Digits && m.IdempotencyKey == draft.IdempotencyKey, cancellationToken);
    }

    /// <exception cref="PlatformException">DEVICE_NOT_FOUND, DEVICE_NOT_RUNNING, DEVICE_NOT_PAIRED.</exception>
    public async Task CheckConnectedAsync(PhoneNumber from, CancellationToken cancellationToken)
    {
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            if (await db.FindDeviceAsync(from, cancellationToken) is null)
            {
                throw new PlatformException(ErrorCode.DeviceNotFound, $"No device has the number {from}.");
            }
        }

        var live = await grains.GetGrain<IDeviceGrain>(from.Digits).GetLiveAsync().WaitAsync(Grace, timeProvider, cancellationToken);
        switch (live.State)
        {
            case DeviceState.Connected:
                return;
            case DeviceState.Pairing or DeviceState.LoggedOut:
                throw new PlatformException(ErrorCode.DeviceNotPaired, "The device is not paired; nothing was queued.");
            default:
                throw new PlatformException(ErrorCode.DeviceNotRunning, $"The device is {Contracts.WireJson.NameOf(live.State)}; nothing was queued.");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Message {MessageId} is stored, but its owner could not be told ({Cause}).")]
        public static partial void NotAnnounced(ILogger logger, Guid messageId, string cause);
    }
}

/// <summary>What became of one message of many.</summary>
/// <param name="Failure">Why it was not stored; null if it was.</param>
internal readonly record struct BulkResult(Message? Message, bool Repeated, PlatformException? Failure);
