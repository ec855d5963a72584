using Microsoft.Extensions.Time.Testing;
using WaPlatform.Contracts.Devices;
using WaPlatform.ProcessHost.Messages;

namespace WaPlatform.Tests.ProcessHost.Messages;

public sealed class SendGateTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentExclusiveSchedulerPair _scheduler = new();
    private QueueSettings _settings = new(1, 0, 1);
    private bool _isOpen = true;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public Task Enter_WithinTheLimits_PassesAtOnce() => OnGateAsync(async gate =>
    {
        _settings = new QueueSettings(2, 1000, 2);

        using var one = await gate.EnterAsync(CancellationToken);
        using var two = await gate.EnterAsync(CancellationToken);

        Assert.False(gate.EnterAsync(CancellationToken).IsCompleted);
    });

    [Fact]
    public Task Enter_AllInside_WaitsUntilOneLeaves() => OnGateAsync(async gate =>
    {
        var first = await gate.EnterAsync(CancellationToken);
        var second = gate.EnterAsync(CancellationToken);
        var third = gate.EnterAsync(CancellationToken);

        first.Dispose();

        await second;
        Assert.False(third.IsCompleted);
    });

    [Fact]
    public Task Enter_TooSoonAfterTheLast_WaitsForTheInterval() => OnGateAsync(async gate =>
    {
        _settings = new QueueSettings(1, 1000, 1);
        (await gate.EnterAsync(CancellationToken)).Dispose();
        var next = gate.EnterAsync(CancellationToken);

        _time.Advance(TimeSpan.FromMilliseconds(999));
        await Task.Yield();
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(2));

        await next;
    });

    [Fact]
    public Task Enter_LimitsChangedWhileWaiting_AreObeyedAtOnce() => OnGateAsync(async gate =>
    {
        _settings = new QueueSettings(1, 3_600_000, 1);
        (await gate.EnterAsync(CancellationToken)).Dispose();
        var next = gate.EnterAsync(CancellationToken);
        Assert.False(next.IsCompleted);

        _settings = new QueueSettings(1, 0, 1);
        gate.Refresh();

        await next;
    });

    [Fact]
    public Task Return_NothingWasSent_DoesNotCountAsAStart() => OnGateAsync(async gate =>
    {
        _settings = new QueueSettings(1, 3_600_000, 1);
        (await gate.EnterAsync(CancellationToken)).Return();

        await gate.EnterAsync(CancellationToken);
    });

    [Fact]
    public Task Enter_Closed_WaitsUntilItOpens() => OnGateAsync(async gate =>
    {
        _isOpen = false;
        var turn = gate.EnterAsync(CancellationToken);
        Assert.False(turn.IsCompleted);

        _isOpen = true;
        gate.Refresh();

        await turn;
    });

    [Fact]
    public Task Enter_GivenUp_LeavesItsPlaceToTheNext() => OnGateAsync(async gate =>
    {
        var first = await gate.EnterAsync(CancellationToken);
        using var patience = new CancellationTokenSource();
        var second = gate.EnterAsync(patience.Token);
        var third = gate.EnterAsync(CancellationToken);

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        first.Dispose();

        await third;
    });

    [Fact]
    public Task Enter_WithJitter_KeepsTheIntervalAndAtMostTheJitterMore() => OnGateAsync(async gate =>
    {
        _settings = new QueueSettings(1, 1000, 1, JitterMs: 500);
        (await gate.EnterAsync(CancellationToken)).Dispose();
        var next = gate.EnterAsync(CancellationToken);

        _time.Advance(TimeSpan.FromMilliseconds(999));
        await Task.Yield();
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(502));

        await next;
    });

    [Fact]
    public Task ProxyTurns_NotGivenBack_EndByThemselves() => OnGateAsync(async gate =>
    {
        var turns = new ProxyTurns(gate, () => !_isOpen, _time, CancellationToken.None);
        Assert.NotNull(await turns.EnterAsync(TimeSpan.FromSeconds(1)));

        // The queue's own send waits behind it.
        var own = gate.EnterAsync(CancellationToken);
        _time.Advance(TimeSpan.FromMinutes(4));
        gate.Refresh();

        await own;
    });

    [Fact]
    public Task ProxyTurns_Paused_AnswersAtOnceThatThereIsNone() => OnGateAsync(async gate =>
    {
        _isOpen = false;

        Assert.Null(await new ProxyTurns(gate, () => !_isOpen, _time, CancellationToken.None).EnterAsync(TimeSpan.FromHours(1)));
    });

    [Fact]
    public Task ProxyTurns_NoneInTime_IsNullAndTakesNoPlace() => OnGateAsync(async gate =>
    {
        var turns = new ProxyTurns(gate, () => !_isOpen, _time, CancellationToken.None);
        var first = await turns.EnterAsync(TimeSpan.FromSeconds(1));
        var second = turns.EnterAsync(TimeSpan.FromSeconds(1));

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(await second);
        turns.Leave(first!.Value);

        Assert.NotNull(await turns.EnterAsync(TimeSpan.FromSeconds(1)));
    });

    // As in a grain: everything on one scheduler, a piece at a time.
    private Task OnGateAsync(Func<SendGate, Task> test) => Task.Factory.StartNew(
        async () =>
        {
            using var gate = new SendGate(() => _settings, () => _isOpen, _time);
            await test(gate).WaitAsync(TimeSpan.FromSeconds(60), CancellationToken);
        },
        CancellationToken, TaskCreationOptions.None, _scheduler.ExclusiveScheduler).Unwrap();
}
