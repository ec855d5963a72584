using System.Runtime.InteropServices;
using WaPlatform.Simulator.Control;
using WaPlatform.Simulator.Output;

namespace WaPlatform.Simulator;

/// <summary>Signals (gowa contract §8.3): TERM and INT ask for the end, QUIT dumps and dies, HUP kills, USR1 is nothing.</summary>
internal sealed class Shutdown(IProcessEnd end) : IDisposable
{
    // SIGUSR1 where it is 10, which the enumeration has no name for.
    private const PosixSignal LinuxUser1 = (PosixSignal)10;
    private readonly TaskCompletionSource _requested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<PosixSignalRegistration> _registrations = [];

    public Task Requested => _requested.Task;

    /// <summary>From here on the process ends in good order; before, a signal kills it.</summary>
    public void Install(Faults faults, GoLog log)
    {
        Register(PosixSignal.SIGTERM, () =>
        {
            if (!faults.IgnoreSigterm)
            {
                Ask("terminated", log);
            }
        });
        Register(PosixSignal.SIGINT, () => Ask("interrupt", log));
        if (!OperatingSystem.IsWindows())
        {
            Register(PosixSignal.SIGQUIT, () =>
            {
                log.Raw(GoTexts.Quit());
                end.Exit(2);
            });
        }

        if (OperatingSystem.IsLinux())
        {
            Register(LinuxUser1, static () => { });
        }
    }

    /// <summary>Waits; true when the end was asked for meanwhile.</summary>
    public async Task<bool> HappensWithinAsync(TimeSpan wait, TimeProvider time)
    {
        if (wait != TimeSpan.Zero)
        {
            await Task.WhenAny(Requested, Task.Delay(wait, time, CancellationToken.None));
        }

        return Requested.IsCompleted;
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void Ask(string signal, GoLog log)
    {
        if (_requested.TrySetResult())
        {
            log.Info($"Received {signal} — shutting down");
        }
    }

    private void Register(PosixSignal signal, Action handler) => _registrations.Add(PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        handler();
    }));
}
