using System.Net.Http.Json;
using WaPlatform.Benchmarks.Processes;
using WaPlatform.Benchmarks.Results;
using WaPlatform.Benchmarks.Scenarios;

namespace WaPlatform.Benchmarks;

/// <summary>The way of events: from the engines' sockets through the journal to clients of the hub.</summary>
internal static class MirrorBenchmark
{
    // What the product owes: docs/benchmarks.md.
    private const double LatencyTarget = 50;
    private const string P99 = "mirror: p99, engine to client";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Prints a Markdown table on standard output, and progress on standard error.</summary>
    /// <exception cref="BenchmarkException">Something did not start, a client was cut off, or a frame was lost.</exception>
    public static async Task RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var sizes = options.IsSmoke ? MirrorSizes.Smoke : MirrorSizes.Full;
        var report = new Report(Machine.Of(options));
        await SayAsync("Starting the platform and its engines ...");
        await using var platform = await PlatformProcess.StartAsync(options, cancellationToken);
        var phones = Enumerable.Range(1, sizes.Devices).Select(number => $"{5511992000000 + number}").ToArray();
        foreach (var phone in phones)
        {
            await platform.PairAsync(phone, cancellationToken);
        }

        if (sizes.WarmUpSeconds > 0)
        {
            await SayAsync("Warming up ...");
            await MeasureAsync(platform, phones, sizes with { Seconds = sizes.WarmUpSeconds }, new Report(report.Machine), cancellationToken);
        }

        await SayAsync($"{sizes.PerSecond} frames a second to {sizes.Clients} clients, for {sizes.Seconds} s ...");
        await MeasureAsync(platform, phones, sizes, report, cancellationToken);
        if (!options.IsSmoke)
        {
            report.Judge(P99, $"under {LatencyTarget} ms", value => value < LatencyTarget);
        }

        await Console.Out.WriteAsync(report.ToMarkdown());
        if (options.JsonFile is { } file)
        {
            await File.WriteAllTextAsync(file, report.ToJson(), cancellationToken);
        }
    }

    private static async Task MeasureAsync(PlatformProcess platform, string[] phones, MirrorSizes sizes, Report report, CancellationToken cancellationToken)
    {
        var (latencies, clients) = (new Latencies(), new List<MirrorClient>());
        try
        {
            while (clients.Count < sizes.Clients)
            {
                clients.Add(await MirrorClient.ConnectAsync(platform.Client.BaseAddress!, platform.Token, latencies, cancellationToken));
            }

            var ofDevice = sizes.PerSecond / sizes.Devices * sizes.Seconds;
            var frames = ofDevice * sizes.Devices;
            var (memory, processor) = (platform.Memory, platform.ProcessorTime);
            foreach (var phone in phones)
            {
                using var answer = await platform.Client.PostAsJsonAsync(
                    $"/proxy/whatsapp/{phone}/_simulator/frames", new { perSecond = sizes.PerSecond / sizes.Devices, count = ofDevice }, cancellationToken);
                answer.EnsureSuccessStatusCode();
            }

            await Waiting.UntilAsync(
                () => Task.FromResult(clients.Find(client => client.Failure is not null) is { Failure: { } failure }
                    ? throw new BenchmarkException(failure.Message)
                    : clients.TrueForAll(client => client.Frames >= frames)),
                $"all {clients.Count} clients have heard all {frames} frames", Patience, TimeSpan.FromMilliseconds(100), cancellationToken);
            if (clients.Find(client => client.Frames != frames) is { } other)
            {
                throw new BenchmarkException($"A client heard {other.Frames} frames of {frames}.");
            }

            report.Add("mirror: p50, engine to client", "ms", latencies.Percentile(50));
            report.Add(P99, "ms", latencies.Percentile(99));
            report.Add("mirror: longest", "ms", latencies.Percentile(100));
            report.Add("mirror: processor time of a frame", "µs", (platform.ProcessorTime - processor).TotalMicroseconds / frames);
            report.Add("mirror: memory at the start", "MB", memory / 1e6);
            report.Add("mirror: memory at the end", "MB", platform.Memory / 1e6);
            report.Note($"mirror: each of {clients.Count} clients heard each of {frames} frames once; none was lost.");
        }
        finally
        {
            foreach (var client in clients)
            {
                await client.DisposeAsync();
            }
        }
    }

    private static Task SayAsync(string text) => Console.Error.WriteLineAsync(text);
}
