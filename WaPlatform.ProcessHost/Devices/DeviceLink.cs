using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Faults;
using WaPlatform.ProcessHost.Engines;

namespace WaPlatform.ProcessHost.Devices;

/// <summary>The link between a device and WhatsApp, as an operator may end it or ask for it anew. Runs on the grain's scheduler.</summary>
internal sealed partial class DeviceLink(PhoneNumber phone, DeviceCondition condition, DeviceSupervisor supervisor, TimeProvider timeProvider, ILogger logger)
{
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan UnlinkTimeout = TimeSpan.FromSeconds(20);

    public async Task LogoutAsync()
    {
        condition.IsUnlinking = true;
        try
        {
            await DialAsync((client, ended) => client.LogoutAsync(ended));
            condition.Unlink(DeviceReason.Operator);
        }
        finally
        {
            condition.IsUnlinking = false;
        }
    }

    public async Task ReconnectAsync()
    {
        if (!condition.Facts.Paired)
        {
            throw new PlatformException(ErrorCode.DeviceNotPaired, "The number is not paired; ask for a QR code first.");
        }

        var session = await supervisor.ReadyAsync(ReadyTimeout);
        if (session.IsDialing || condition.Facts.Dialing)
        {
            // A second dial beside one that is under way would freeze the engine (gowa real.md §3.1 point 4); this is what was asked for anyway.
            return;
        }

        await DialAsync((client, ended) => client.ReconnectAsync(ended));
    }

    /// <summary>Unlinks the number before it is removed; if that can't be done now, it stays linked on the phone.</summary>
    public async Task UnlinkIfPossibleAsync()
    {
        if (!condition.Facts.Paired || supervisor.Ready is null)
        {
            return;
        }

        try
        {
            await LogoutAsync().WaitAsync(UnlinkTimeout, timeProvider);
        }
        catch (Exception exception) when (exception is PlatformException or TimeoutException)
        {
            // The number can still be unlinked on the phone; that must not keep it here.
            Log.NotUnlinked(logger, phone.Masked, exception.Message);
        }
    }

    private async Task DialAsync(Func<EngineClient, CancellationToken, Task<EngineAnswer>> call)
    {
        var session = await supervisor.ReadyAsync(ReadyTimeout);
        try
        {
            var answer = await session.DialAsync(client => call(client, session.Ended));
            if (!answer.IsSuccess)
            {
                throw EngineFaults.From(answer);
            }
        }
        catch (Exception exception) when (EngineFaults.IsCallFailure(exception) || exception is OperationCanceledException)
        {
            throw EngineFaults.From(exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Device {Phone} could not be unlinked from WhatsApp: {Why}")]
        public static partial void NotUnlinked(ILogger logger, string phone, string why);
    }
}
