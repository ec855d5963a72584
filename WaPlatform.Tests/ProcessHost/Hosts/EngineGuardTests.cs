using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using WaPlatform.ProcessHost.Processes;
using WaPlatform.Tests.Processes;
using WaPlatform.Tests.Simulator;

namespace WaPlatform.Tests.ProcessHost.Hosts;

/// <summary>A real guard process beside processes that stand for engines.</summary>
public sealed class EngineGuardTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private readonly Process _engine = Process.Start("sleep", "600");
    private readonly GuardProcess _guard = new(NullLogger<GuardProcess>.Instance);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lease_NotProlonged_EnginesAreKilledAndThoseOfALaterLeaseAreNot()
    {
        _guard.Add(ProcessIdentity.Of(_engine.Id)!);
        _guard.Extend(TimeSpan.FromMilliseconds(500));

        await _engine.WaitForExitAsync(CancellationToken).WaitAsync(Patience, CancellationToken);

        using var later = Process.Start("sleep", "600");
        _guard.Extend(Long);
        _guard.Add(ProcessIdentity.Of(later.Id)!);
        _guard.Remove(later.Id);
        await GuardedAsync();
        Assert.False(later.HasExited);
        later.Kill();
    }

    [Fact]
    public async Task Engine_Removed_IsLetAlone()
    {
        _guard.Extend(Long);
        _guard.Add(ProcessIdentity.Of(_engine.Id)!);
        _guard.Remove(_engine.Id);
        _guard.Extend(TimeSpan.FromMilliseconds(1));

        await GuardedAsync();

        Assert.False(_engine.HasExited);
    }

    [Fact]
    public async Task Host_Ends_GuardKillsTheEnginesAndEndsItself()
    {
        _guard.Extend(Long);
        _guard.Add(ProcessIdentity.Of(_engine.Id)!);
        var guard = _guard.Pid;

        _guard.Dispose();

        await _engine.WaitForExitAsync(CancellationToken).WaitAsync(Patience, CancellationToken);
        await Eventually.TrueAsync(_ => Task.FromResult(!ProcessIsThere(guard)), Patience, CancellationToken);
    }

    [Fact]
    public async Task Guard_Killed_IsReplacedAndKnowsTheEngines()
    {
        _guard.Extend(Long);
        _guard.Add(ProcessIdentity.Of(_engine.Id)!);
        Signal.Send(_guard.Pid!.Value, Signal.Kill);
        await Eventually.TrueAsync(_ => Task.FromResult(!ProcessIsThere(_guard.Pid)), Patience, CancellationToken);

        await Eventually.TrueAsync(
            _ =>
            {
                // As the renewals of a lease: the first one may only find out that the guard is gone.
                _guard.Extend(TimeSpan.FromMilliseconds(5));
                return Task.FromResult(_engine.HasExited);
            },
            Patience,
            CancellationToken);
    }

    [Fact]
    public async Task Guard_AskedToStopLikeItsHost_GoesOn()
    {
        _guard.Extend(Long);
        await GuardedAsync();

        Signal.Send(_guard.Pid!.Value, Signal.Terminate);
        await GuardedAsync();

        Assert.True(ProcessIsThere(_guard.Pid));
    }

    public void Dispose()
    {
        _guard.Dispose();
        _engine.Kill();
        _engine.Dispose();
    }

    private static bool ProcessIsThere(int? pid) => pid is { } known && ProcessIdentity.Of(known) is not null;

    // The guard has read all that it was told when another engine, told after that, is dead.
    private async Task GuardedAsync()
    {
        using var mark = Process.Start("sleep", "600");
        _guard.Add(ProcessIdentity.Of(mark.Id)!);
        _guard.Extend(TimeSpan.FromMilliseconds(1));
        await mark.WaitForExitAsync(CancellationToken).WaitAsync(Patience, CancellationToken);
        _guard.Extend(Long);
    }
}
