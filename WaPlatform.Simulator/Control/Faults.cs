using WaPlatform.Simulator.Configuration;

namespace WaPlatform.Simulator.Control;

/// <summary>Ways in which the process misbehaves as a whole.</summary>
internal sealed class Faults(SimulatorSettings settings, TimeProvider time)
{
    private readonly Lock _gate = new();
    private DateTimeOffset _hangsUntil;

    /// <summary>Every API answer is rubbish with 200.</summary>
    public bool Garbage { get; set; } = settings.Garbage;

    public bool IgnoreSigterm { get; set; } = settings.IgnoreSigterm;

    public TimeSpan HangLeft
    {
        get
        {
            lock (_gate)
            {
                var left = _hangsUntil - time.GetUtcNow();
                return left > TimeSpan.Zero ? left : TimeSpan.Zero;
            }
        }
    }

    /// <summary>The whole server stops answering, <c>/app/info</c> and the control surface included.</summary>
    public void Hang(TimeSpan length)
    {
        lock (_gate)
        {
            _hangsUntil = time.GetUtcNow() + length;
        }
    }
}
