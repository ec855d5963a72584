using System.Diagnostics;
using WaPlatform.Benchmarks.Processes;
using WaPlatform.Benchmarks.Results;

namespace WaPlatform.Benchmarks.Scenarios;

/// <summary>Messages from the first call until the engines have sent all of them, without pauses between those of a device.</summary>
internal sealed class DeliveryScenario(Ground ground)
{
    private const int Clients = 32;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly List<(int Sender, string Text)> _all = [];

    /// <param name="devices">The first so many of the senders, in turn.</param>
    public async Task RunAsync(int devices, int messages, Sizes sizes, Report report, CancellationToken cancellationToken)
    {
        var name = devices == 1 ? "deliver, 1 device" : $"deliver, {devices} devices";
        var batch = Enumerable.Range(_all.Count, messages).Select(number => (Sender: number % devices, Text: $"delivered {number}")).ToArray();
        _all.AddRange(batch);
        var before = ground.Platform.ProcessorTime;
        await ground.CompareRateAsync(
            $"{name}: messages", $"{name}: ratio to direct", sizes.Direct, report, async () => messages / (await DeliverAsync(batch, cancellationToken)).TotalSeconds, cancellationToken);

        // With the receipts, which are part of a message's cost.
        await ground.RestAsync(cancellationToken);
        ground.AddProcessorTime($"{name}: processor time of a message", before, messages, report);
    }

    /// <summary>Each message of every round is there once, also now that all is over.</summary>
    public void CheckOnce(Report report)
    {
        ReadLedgers();
        var twice = _all.Count(message => CountOf(message) > 1);
        if (twice > 0)
        {
            throw new BenchmarkException($"{twice} of {_all.Count} messages were sent more than once.");
        }

        if (_all.Count > 0)
        {
            report.Note($"deliver: each of {_all.Count} messages was sent exactly once.");
        }
    }

    /// <returns>From the first call until the engines have sent all.</returns>
    private async Task<TimeSpan> DeliverAsync((int Sender, string Text)[] batch, CancellationToken cancellationToken)
    {
        var calls = batch.Select(message => PlatformProcess.Send(ground.Senders[message.Sender], message.Text, wait: false)).ToArray();
        var missing = batch.ToList();
        var started = Stopwatch.GetTimestamp();
        var posting = Load.RunAsync(ground.Platform.Client, calls, Clients, Load.Accepted, cancellationToken);
        await Waiting.UntilAsync(
            () =>
            {
                ReadLedgers();
                missing.RemoveAll(message => CountOf(message) > 0);

                // After a call that was refused they will never be all there.
                return Task.FromResult(missing.Count == 0 || posting.IsFaulted);
            },
            $"{batch.Length} messages are sent", Patience, Pause, cancellationToken);
        var elapsed = Stopwatch.GetElapsedTime(started);
        await posting;
        return elapsed;
    }

    private int CountOf((int Sender, string Text) message) => ground.Ledgers[message.Sender].CountOf(message.Text);

    private void ReadLedgers()
    {
        foreach (var ledger in ground.Ledgers)
        {
            ledger.Read();
        }
    }
}
