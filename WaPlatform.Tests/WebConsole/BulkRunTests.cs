using Microsoft.Extensions.Time.Testing;
using WaPlatform.Console.Devices;
using WaPlatform.Console.Http;

namespace WaPlatform.Tests.WebConsole;

public sealed class BulkRunTests
{
    private static readonly string[] Phones = [.. Enumerable.Range(1, 10).Select(number => $"55119999900{number:00}")];

    [Fact]
    public async Task Run_SomeFail_GoesOnAndKeepsTheirProblems()
    {
        using var run = new BulkRun(Phones, (phone, _) => phone.EndsWith('3') ? throw new ApiException(new Problem("CAPACITY_EXHAUSTED")) : Task.CompletedTask, TimeProvider.System);
        var told = 0;

        await run.RunAsync(() => told++);

        Assert.True(run.IsOver);
        Assert.Equal((9, "CAPACITY_EXHAUSTED"), (run.Done.Count, Assert.Single(run.Failed).Problem.Code));
        Assert.Equal(Phones.Length + 1, told);
    }

    [Fact]
    public async Task Run_Stopped_BeginsNoMore()
    {
        var begun = 0;
        BulkRun? run = null;
        run = new BulkRun(Phones, async (_, _) =>
        {
            begun++;
            run!.Stop();
            await Task.Yield();
        }, TimeProvider.System);

        await run.RunAsync(() => { });

        Assert.True(run.WasStopped);
        Assert.InRange(begun, 1, 4);
        Assert.Equal(begun, run.Finished);
        run.Dispose();
    }

    [Fact]
    public async Task Run_PlatformLimitsRequests_WaitsAndLosesNone()
    {
        var clock = new FakeTimeProvider();
        var refusals = 2;
        using var run = new BulkRun(
            Phones, (_, _) => refusals-- > 0 ? throw new ApiException(new Problem(Problem.RateLimited, RetryAfter: 7)) : Task.CompletedTask, clock);

        var running = run.RunAsync(() => { });
        while (!running.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(7));
            await Task.Yield();
        }

        await running;
        Assert.Equal((Phones.Length, 0, false), (run.Done.Distinct().Count(), run.Failed.Count, run.IsThrottled));
    }

    [Theory]
    [InlineData(BulkAct.Start, BulkAct.Stop)]
    [InlineData(BulkAct.Stop, BulkAct.Start)]
    [InlineData(BulkAct.Pause, BulkAct.Resume)]
    [InlineData(BulkAct.Resume, BulkAct.Pause)]
    [InlineData(BulkAct.Restart, null)]
    public void UndoOf_IsTheOpposite(BulkAct act, BulkAct? undo) => Assert.Equal(undo, BulkActs.UndoOf(act));
}
