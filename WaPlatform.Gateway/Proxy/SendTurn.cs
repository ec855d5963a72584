using WaPlatform.Contracts.Devices;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Proxy;

/// <summary>
/// A turn to send that was asked for, and may have come or not. Disposing it gives it back, also when it comes only after everybody has
/// stopped waiting for it: the owner's answer can't be called off.
/// </summary>
internal sealed partial class SendTurn(PhoneNumber phone, IDeviceGrain device, TimeProvider timeProvider, ILogger logger) : IAsyncDisposable
{
    /// <summary>How long the owner looks for a turn.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // On top of that: for the owner to wake up and answer.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LeavePatience = TimeSpan.FromSeconds(5);

    private readonly long _askedAt = timeProvider.GetTimestamp();
    private readonly Task<Guid?> _asked = device.EnterSendAsync(Patience);

    public TimeSpan Age => timeProvider.GetElapsedTime(_askedAt);

    /// <returns>False if the owner had none in time.</returns>
    /// <exception cref="TimeoutException">The owner does not answer.</exception>
    public async Task<bool> WaitAsync(CancellationToken cancellationToken) =>
        await _asked.WaitAsync(Patience + Grace, timeProvider, cancellationToken) is not null;

    public async ValueTask DisposeAsync()
    {
        var rest = Patience + Grace + LeavePatience - Age;
        await ((Task)_asked.WaitAsync(rest > LeavePatience ? rest : LeavePatience, timeProvider)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_asked.IsCompleted)
        {
            Log.NotReturned(logger, phone.Masked, nameof(TimeoutException));
        }
        else if (_asked.IsCompletedSuccessfully && await _asked is { } turn)
        {
            await LeaveAsync(turn);
        }
    }

    private async Task LeaveAsync(Guid turn)
    {
        try
        {
            await device.LeaveSendAsync(turn).WaitAsync(LeavePatience, timeProvider);
        }
        catch (Exception exception)
        {
            // By design every failure: the request has its answer, and the owner ends the turn by itself.
            Log.NotReturned(logger, phone.Masked, FaultMap.From(exception)?.Code.ToString() ?? exception.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A turn to send of device {Phone} could not be given back ({Cause}); its owner ends it in a few minutes.")]
        public static partial void NotReturned(ILogger logger, string phone, string cause);
    }
}
