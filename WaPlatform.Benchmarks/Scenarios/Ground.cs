using WaPlatform.Benchmarks.Processes;
using WaPlatform.Benchmarks.Results;

namespace WaPlatform.Benchmarks.Scenarios;

/// <summary>What all scenarios stand on: a platform with paired numbers, others that only accept, and the yardstick.</summary>
internal sealed class Ground : IAsyncDisposable
{
    private readonly bool _rests;

    private Ground(PlatformProcess platform, EngineYardstick yardstick, BenchmarkOptions options)
    {
        _rests = !options.IsSmoke;
        var devices = options.Sizes.Devices;
        Platform = platform;
        Yardstick = yardstick;
        Senders = Numbers(5511990000000, devices);
        Acceptors = Numbers(5511991000000, devices);
        Ledgers = [.. Senders.Select(phone => new Ledger(platform.LedgerFile(phone)))];
    }

    public PlatformProcess Platform { get; }

    public EngineYardstick Yardstick { get; }

    /// <summary>Numbers that are connected.</summary>
    public string[] Senders { get; }

    /// <summary>Numbers that are never started: a message to them is accepted and stays.</summary>
    public string[] Acceptors { get; }

    /// <summary>Of the senders, in their order.</summary>
    public Ledger[] Ledgers { get; }

    public static async Task<Ground> PrepareAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var yardstick = await EngineYardstick.StartAsync(cancellationToken);
        PlatformProcess? platform = null;
        try
        {
            platform = await PlatformProcess.StartAsync(options, cancellationToken);
            var ground = new Ground(platform, yardstick, options);
            foreach (var phone in ground.Acceptors)
            {
                await platform.RegisterAsync(phone, start: false, cancellationToken);
            }

            await Task.WhenAll(ground.Senders.Select(phone => platform.PairAsync(phone, cancellationToken)));
            return ground;
        }
        catch
        {
            if (platform is not null)
            {
                await platform.DisposeAsync();
            }

            await yardstick.DisposeAsync();
            throw;
        }
    }

    /// <summary>Measures a rate of the platform, and its ratio to that of the yardstick just before and after: the machine may be slower a minute later.</summary>
    /// <param name="measure">Messages a second.</param>
    public async Task CompareRateAsync(string name, string ratioName, int sends, Report report, Func<Task<double>> measure, CancellationToken cancellationToken)
    {
        var before = await MeasureDirectAsync(sends, report, cancellationToken);
        var rate = await measure();
        var after = await MeasureDirectAsync(sends, report, cancellationToken);
        report.Add(name, "1/s", rate);
        report.Add(ratioName, "×", rate / ((before + after) / 2));
    }

    /// <summary>Lets the platform come to the end of what was asked of it; needless where nothing is measured.</summary>
    public Task RestAsync(CancellationToken cancellationToken) => _rests ? Platform.WaitUntilQuietAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>The platform's processor time for each message since <paramref name="before"/>, with all that it did beside.</summary>
    public void AddProcessorTime(string name, TimeSpan before, int messages, Report report) =>
        report.Add(name, "µs", (Platform.ProcessorTime - before).TotalMicroseconds / messages);

    public async ValueTask DisposeAsync()
    {
        await Platform.DisposeAsync();
        await Yardstick.DisposeAsync();
    }

    private async Task<double> MeasureDirectAsync(int sends, Report report, CancellationToken cancellationToken)
    {
        var calls = Enumerable.Range(0, sends).Select(EngineYardstick.Send).ToArray();
        var load = await Load.RunAsync(Yardstick.Client, calls, clients: 1, Load.Done, cancellationToken);
        report.Add("direct: sends, 1 client", "1/s", load.PerSecond);
        report.Add("direct: p50", "ms", load.Latencies.Percentile(50));
        report.Add("direct: p99", "ms", load.Latencies.Percentile(99));
        return load.PerSecond;
    }

    private static string[] Numbers(long first, int count) =>
        [.. Enumerable.Range(1, count).Select(number => (first + number).ToString(System.Globalization.CultureInfo.InvariantCulture))];
}
