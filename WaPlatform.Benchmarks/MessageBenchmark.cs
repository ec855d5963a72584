using System.Diagnostics;
using WaPlatform.Benchmarks.Results;
using WaPlatform.Benchmarks.Scenarios;

namespace WaPlatform.Benchmarks;

/// <summary>The way of messages through the platform, next to the same engine without it.</summary>
internal static class MessageBenchmark
{
    // What the product owes on two cores: docs/benchmarks.md.
    private const double AcceptTarget = 3_000;
    private const double WaitTarget = 3;

    // A platform runs for weeks. For its first half minute under load the runtime compiles what it runs, on one of two cores.
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(45);

    /// <summary>Prints a Markdown table on standard output, and progress on standard error.</summary>
    /// <exception cref="BenchmarkException">A process did not start, a call was refused, or a message was lost or sent twice.</exception>
    public static async Task RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var machine = Machine.Of(options);
        var report = new Report(machine);
        await SayAsync("Starting the platform and its engines ...");
        await using var ground = await Ground.PrepareAsync(options, cancellationToken);
        var delivery = new DeliveryScenario(ground);
        if (!options.IsSmoke)
        {
            await SayAsync("Warming up ...");
            var start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start) < WarmUpTime)
            {
                await RoundAsync(options, ground, delivery, options.Sizes.WarmUp, new Report(machine), cancellationToken);
            }
        }

        for (var round = 1; round <= options.Rounds; round++)
        {
            await SayAsync($"Round {round} of {options.Rounds} ...");
            await RoundAsync(options, ground, delivery, options.Sizes, report, cancellationToken);
        }

        delivery.CheckOnce(report);
        if (!options.IsSmoke)
        {
            Judge(report);
        }

        await Console.Out.WriteAsync(report.ToMarkdown());
        if (options.JsonFile is { } file)
        {
            await File.WriteAllTextAsync(file, report.ToJson(), cancellationToken);
        }
    }

    private static async Task RoundAsync(
        BenchmarkOptions options, Ground ground, DeliveryScenario delivery, Sizes sizes, Report report, CancellationToken cancellationToken)
    {
        if (options.Has("accept"))
        {
            await AcceptScenario.RunAsync(ground, sizes, report, cancellationToken);
        }

        if (options.Has("bulk"))
        {
            await AcceptScenario.RunBulkAsync(ground, sizes, report, cancellationToken);
        }

        if (options.Has("deliver"))
        {
            await delivery.RunAsync(1, sizes.DeliverOne, sizes, report, cancellationToken);
            await delivery.RunAsync(sizes.Devices, sizes.DeliverAll, sizes, report, cancellationToken);
        }

        if (options.Has("wait"))
        {
            await WaitScenario.RunAsync(ground, sizes, report, cancellationToken);
        }
    }

    private static void Judge(Report report)
    {
        report.Judge(Names.WaitDifference, $"under {WaitTarget} ms", value => value < WaitTarget);
        if (report.Machine.IsSqlite)
        {
            report.Judge(Names.AcceptRate, $"at least {AcceptTarget}/s on 2 cores", value => value >= AcceptTarget);
        }
    }

    private static Task SayAsync(string text) => Console.Error.WriteLineAsync(text);
}
