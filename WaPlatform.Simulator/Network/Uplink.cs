using WaPlatform.Simulator.Configuration;

namespace WaPlatform.Simulator.Network;

/// <summary>The way to WhatsApp: up, or down in one of several manners. A dial that hangs goes through as soon as the network is back.</summary>
internal sealed class Uplink
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private TaskCompletionSource _up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan? _limit;

    public Uplink(SimulatorSettings settings, TimeProvider time)
    {
        _time = time;
        if (settings.Dial is { } failure)
        {
            Failure = failure;
            _limit = settings.DialLimit;
        }
        else
        {
            IsUp = true;
            _up.SetResult();
        }
    }

    public bool IsUp { get; private set; }

    public DialFailure Failure { get; private set; } = DialFailure.Refused;

    public void Raise()
    {
        lock (_gate)
        {
            IsUp = true;
            _up.TrySetResult();
        }
    }

    /// <summary>Takes the network down; <paramref name="limit"/> replaces the time a hanging dial takes.</summary>
    public void Drop(DialFailure failure, TimeSpan? limit)
    {
        lock (_gate)
        {
            Failure = failure;
            _limit = limit;
            if (IsUp)
            {
                IsUp = false;
                _up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>Dials. Null = connected, else Go's error text after the time the failure takes.</summary>
    public async Task<string?> DialAsync(CancellationToken cancellationToken)
    {
        Task up;
        DialFailure failure;
        TimeSpan length;
        lock (_gate)
        {
            up = _up.Task;
            failure = Failure;
            length = failure.Length() > TimeSpan.Zero ? _limit ?? failure.Length() : TimeSpan.Zero;
        }

        if (!up.IsCompleted && length > TimeSpan.Zero)
        {
            await Task.WhenAny(up, Task.Delay(length, _time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }

        return up.IsCompleted ? null : failure.Text();
    }
}
