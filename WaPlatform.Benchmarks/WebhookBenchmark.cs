using WaPlatform.Benchmarks.Processes;
using WaPlatform.Benchmarks.Results;
using WaPlatform.Benchmarks.Scenarios;

namespace WaPlatform.Benchmarks;

/// <summary>What hostile receivers of webhooks cost the healthy ones.</summary>
internal static class WebhookBenchmark
{
    // What the product owes: docs/benchmarks.md.
    private const double ChangeTarget = 20;

    /// <summary>Prints a Markdown table on standard output, and progress on standard error.</summary>
    /// <exception cref="BenchmarkException">A process did not start, a call was refused, or an event did not come.</exception>
    public static async Task RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var machine = Machine.Of(options);
        var report = new Report(machine);
        await Console.Error.WriteLineAsync("Starting the platform and its engines ...");
        await using var receivers = await WebhookReceivers.StartAsync(cancellationToken);
        await using var ground = await Ground.PrepareAsync(options, cancellationToken);
        var scenario = new WebhookScenario(ground, receivers, options.IsSmoke ? WebhookSizes.Smoke : WebhookSizes.Full);
        await scenario.SubscribeAsync(cancellationToken);
        if (!options.IsSmoke)
        {
            await Console.Error.WriteLineAsync("Warming up ...");
            await scenario.RunAsync(new Report(machine), cancellationToken);
        }

        for (var round = 1; round <= options.Rounds; round++)
        {
            await Console.Error.WriteLineAsync($"Round {round} of {options.Rounds} ...");
            await scenario.RunAsync(report, cancellationToken);
        }

        if (!options.IsSmoke)
        {
            report.Judge(Names.WebhookChange, $"under {ChangeTarget} %", value => value < ChangeTarget);
        }

        await Console.Out.WriteAsync(report.ToMarkdown());
        if (options.JsonFile is { } file)
        {
            await File.WriteAllTextAsync(file, report.ToJson(), cancellationToken);
        }
    }
}
