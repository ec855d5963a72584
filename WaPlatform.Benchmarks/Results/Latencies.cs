namespace WaPlatform.Benchmarks.Results;

/// <summary>Millions of latencies of many threads, counted in steps of 0.1 ms up to 10 s.</summary>
internal sealed class Latencies
{
    private const int StepsOfMillisecond = 10;
    private const int MicrosecondsOfStep = 1000 / StepsOfMillisecond;

    private readonly long[] _steps = new long[10_000 * StepsOfMillisecond];

    /// <summary>µs since 1970, as the simulator stamps its frames.</summary>
    public static long Now => (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public void Add(long microseconds) => Interlocked.Increment(ref _steps[Math.Clamp(microseconds / MicrosecondsOfStep, 0, _steps.Length - 1)]);

    /// <summary>The end of the step that so much of the latencies do not exceed, in ms.</summary>
    /// <param name="percent">Above 0, up to 100.</param>
    public double Percentile(double percent)
    {
        var rank = (long)Math.Ceiling(_steps.Sum() * percent / 100);
        var (step, seen) = (0, _steps[0]);
        while (seen < rank && step < _steps.Length - 1)
        {
            seen += _steps[++step];
        }

        return (step + 1) / (double)StepsOfMillisecond;
    }
}
