using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.ProcessHost.Engines;

/// <summary>A number that is down is known to be down: for as long as its engine lives, somebody looks.</summary>
public sealed class PersistentWatchTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly CancellationTokenSource _ended = new();
    private int _begun;

    public void Dispose() => _ended.Dispose();

    [Fact]
    public async Task Watch_BreaksAgainAndAgain_BeginsAnewAndSaysSo()
    {
        List<string> lines = [];
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(new ListLoggerProvider(lines)));
        var watching = Run(() => _begun < 4 ? throw new InvalidOperationException($"attempt {_begun}") : Task.CompletedTask, loggers.CreateLogger("watch"));

        for (var passed = 0; passed < 3; passed++)
        {
            await RunningHost.UntilAsync(() => Task.FromResult(_begun == passed + 1), () => $"begun {_begun} times");
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        await watching.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(4, _begun);
        Assert.Equal(3, lines.Count(line => line.Contains("A watch over an engine broke", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Watch_EngineEndsMeanwhile_DoesNotBeginAnew()
    {
        var watching = Run(() => throw new InvalidOperationException("broken"), NullLogger.Instance);

        await _ended.CancelAsync();

        await watching.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(1, _begun);
    }

    [Fact]
    public async Task Watch_BreaksBecauseTheEngineEnded_IsNotTakenForBroken()
    {
        var watching = Run(() => Task.Delay(Timeout.InfiniteTimeSpan, _clock, _ended.Token), NullLogger.Instance);

        await _ended.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
        Assert.Equal(1, _begun);
    }

    private Task Run(Func<Task> watch, ILogger logger) => PersistentWatch.RunAsync(
        () =>
        {
            _begun++;
            return watch();
        },
        _clock,
        logger,
        _ended.Token);
}
