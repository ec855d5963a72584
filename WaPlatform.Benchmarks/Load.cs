using System.Diagnostics;
using System.Net;

namespace WaPlatform.Benchmarks;

/// <summary>Concurrent clients that send given calls as fast as they are answered.</summary>
internal static class Load
{
    /// <summary>Done, or stored to be done.</summary>
    public static readonly HttpStatusCode[] Accepted = [HttpStatusCode.Accepted, HttpStatusCode.OK];

    /// <summary>Done.</summary>
    public static readonly HttpStatusCode[] Done = [HttpStatusCode.OK];

    /// <summary>Sends all calls, in their order.</summary>
    /// <param name="clients">Calls under way at once, each on a connection of its own.</param>
    /// <param name="expected">Any other answer ends the run.</param>
    public static async Task<LoadResult> RunAsync(HttpClient http, IReadOnlyList<Call> calls, int clients, HttpStatusCode[] expected, CancellationToken cancellationToken)
    {
        var latencies = new double[calls.Count];
        var next = -1;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => ClientAsync()));
        return new LoadResult(Stopwatch.GetElapsedTime(started), latencies);

        async Task ClientAsync()
        {
            int number;
            while ((number = Interlocked.Increment(ref next)) < calls.Count)
            {
                var begun = Stopwatch.GetTimestamp();
                await SendAsync(http, calls[number], expected, cancellationToken);
                latencies[number] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            }
        }
    }

    /// <summary>One call, answered and read to its end.</summary>
    public static async Task SendAsync(HttpClient http, Call call, HttpStatusCode[] expected, CancellationToken cancellationToken)
    {
        using var request = call.ToRequest();
        using var answer = await http.SendAsync(request, cancellationToken);
        if (!expected.Contains(answer.StatusCode))
        {
            throw new BenchmarkException($"{call.Path} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }
}

/// <param name="Elapsed">From the first call to the last answer.</param>
/// <param name="Latencies">ms, in the order of the calls.</param>
internal sealed record LoadResult(TimeSpan Elapsed, double[] Latencies)
{
    public double PerSecond => Latencies.Length / Elapsed.TotalSeconds;
}
