using System.Diagnostics;

namespace WaPlatform.Benchmarks.Processes;

/// <summary>Waits for a state, with an end to the patience.</summary>
internal static class Waiting
{
    /// <exception cref="BenchmarkException">In vain.</exception>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what, TimeSpan patience, TimeSpan pause, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > patience)
            {
                throw new BenchmarkException($"In vain for {patience.TotalSeconds:0} s: {what}.");
            }

            await Task.Delay(pause, TimeProvider.System, cancellationToken);
        }
    }
}
