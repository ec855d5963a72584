using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using WaPlatform.Contracts.Devices;
using WaPlatform.ProcessHost.Hearing;

namespace WaPlatform.Tests.ProcessHost.Hearing;

/// <summary>The watch over one number, with the platform's own defaults and a clock that the test moves.</summary>
public sealed class HearingWatchTests : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);

    private readonly FakeTimeProvider _clock = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeEngineHearing _engine = new();
    private readonly List<(TimeSpan At, HearingStep Step, Deafness? Deafness)> _steps = [];
    private readonly Correspondence _correspondence;
    private readonly HearingWatch _watch;
    private readonly long _start;
    private CancellationTokenSource _ended = new();
    private bool _isDeaf;

    public HearingWatchTests()
    {
        var options = Microsoft.Extensions.Options.Options.Create(new HearingOptions());
        _correspondence = new Correspondence(options, _clock);
        _start = _clock.GetTimestamp();
        _watch = new HearingWatch(_correspondence, options, new HearingMetrics(_services.GetRequiredService<IMeterFactory>()), _clock, (known, step, deafness) =>
        {
            _isDeaf = known.IsDeaf;
            if (step is { } taken)
            {
                _steps.Add((_clock.GetElapsedTime(_start), taken, deafness));
            }
        });
    }

    public void Dispose()
    {
        _ended.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task Night_QuietHealthyNumber_IsAskedAndNothingIsDone()
    {
        var watching = Start();

        Advance(TimeSpan.FromHours(12));
        await EndAsync(watching);

        Assert.Empty(_steps);
        Assert.Empty(_engine.Cures);
        Assert.InRange(_engine.Questions, 2000, 2881);
        Assert.InRange(_engine.LinkQuestions, 130, 145);
    }

    [Fact]
    public async Task Night_QueuePausedOrNetworkAwayOrWhatsAppRefusing_NothingIsDone()
    {
        var watching = Start();
        _correspondence.Heard(isReceipt: true);
        _engine.ReachesWhatsApp = () => null;

        // What is not connected by its own word is other parts' business, whatever it leaves unanswered.
        _engine.Answers = () => _engine.IsConnected;
        for (var hour = 0; hour < 12; hour++)
        {
            _engine.IsConnected = hour % 3 != 0;
            Advance(TimeSpan.FromHours(1));
        }

        await EndAsync(watching);

        Assert.Empty(_steps);
        Assert.Empty(_engine.Cures);
    }

    [Fact]
    public async Task Night_NumberThatSendsToPeopleWhoAreAway_NothingIsDone()
    {
        var watching = Start();
        _correspondence.Heard(isReceipt: true);
        for (var message = 0; message < 144; message++)
        {
            _correspondence.Sent($"55119{message:D8}@s.whatsapp.net");
            Advance(TimeSpan.FromMinutes(5));
        }

        await EndAsync(watching);

        Assert.Empty(_steps);
    }

    [Fact]
    public async Task Events_StopComingOutUntilARestart_IsCuredWithinAMinute()
    {
        _engine.Answers = () => _engine.Cures.Contains("restart");
        _engine.OnRestart = () => _ended.Cancel();
        var first = Start();
        Advance(TimeSpan.FromSeconds(50));
        await first.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.True(_isDeaf);

        // The next life is connected 3 s later.
        _ended = new CancellationTokenSource();
        _engine.IsConnected = false;
        var second = Start();
        Advance(TimeSpan.FromSeconds(3));
        _engine.IsConnected = true;
        Advance(TimeSpan.FromSeconds(3));
        await EndAsync(second);

        Assert.Equal([HearingStep.Probe, HearingStep.Reconnect, HearingStep.Restart, HearingStep.Recovered], _steps.Select(step => step.Step));
        Assert.All(_steps, step => Assert.Equal(Deafness.Events, step.Deafness));
        Assert.False(_isDeaf);

        // Besides, three questions of 5 s, and one after the dial, stay unanswered.
        Assert.InRange(_steps[2].At + (4 * new HearingOptions().ProbeTimeout), TimeSpan.Zero, TimeSpan.FromSeconds(50));
    }

    [Fact]
    public async Task Link_StopsAnsweringUntilItDialsAnew_IsCuredByThatAlone()
    {
        _engine.ReachesWhatsApp = () => _engine.Cures.Contains("reconnect");
        var watching = Start();

        Advance(TimeSpan.FromMinutes(7));
        await EndAsync(watching);

        Assert.Equal([HearingStep.Probe, HearingStep.Reconnect, HearingStep.Recovered], _steps.Select(step => step.Step));
        Assert.Equal(["reconnect"], _engine.Cures);
        Assert.False(_isDeaf);
    }

    [Fact]
    public async Task Link_SendWasLeftUnanswered_IsAskedAtOnce()
    {
        _engine.ReachesWhatsApp = () => false;
        var watching = Start();
        _correspondence.Unanswered();

        Advance(TimeSpan.FromSeconds(20));
        await EndAsync(watching);

        Assert.Equal((HearingStep.Probe, Deafness.Link), (_steps[0].Step, _steps[0].Deafness!.Value));
    }

    [Fact]
    public async Task Deaf_ForGood_IsTriedLessAndLessOften()
    {
        _engine.Answers = () => false;
        var watching = Start();

        // Restarts that bring nothing: each next life is as deaf.
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromHours(12); passed += Tick)
        {
            Advance(Tick);
            if (_engine.Cures.LastOrDefault() == "restart")
            {
                _engine.Cures.Add("(began anew)");
                await EndAsync(watching);
                _ended = new CancellationTokenSource();
                watching = Start();
            }
        }

        await EndAsync(watching);

        var rests = _steps.Where(step => step.Step == HearingStep.Rest).ToList();
        Assert.InRange(rests.Count, 10, 16);
        Assert.InRange(_steps.Count(step => step.Step == HearingStep.Restart), rests.Count * 3, (rests.Count + 1) * 3);
        Assert.All(rests.Skip(5).Zip(rests.Skip(6)), pair => Assert.True(pair.Second.At - pair.First.At >= TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task OperatorStopsTheEngine_WhileItIsDeaf_TheCaseIsDropped()
    {
        _engine.Answers = () => false;
        var watching = Start();
        Advance(TimeSpan.FromSeconds(20));
        Assert.True(_isDeaf);

        await EndAsync(watching);

        Assert.False(_isDeaf);
    }

    // What waits for the clock goes on while it is moved, not at some time on another thread.
    private Task Start()
    {
        SynchronizationContext.SetSynchronizationContext(null);
        return _watch.RunAsync(_engine, _ended.Token);
    }

    private void Advance(TimeSpan time)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        for (var passed = TimeSpan.Zero; passed < time; passed += Tick)
        {
            _clock.Advance(Tick);
        }
    }

    private async Task EndAsync(Task watching)
    {
        await _ended.CancelAsync();
        await watching.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }
}
