using System.Collections.Concurrent;
using System.Diagnostics;
using WaPlatform.Data;
using WaPlatform.ProcessHost.Hosts;

namespace WaPlatform.ProcessHost.Processes;

/// <summary>
/// The one thread that starts engine processes. The kernel sends a child its parent-death signal when the *thread* that made it ends,
/// and threads of the pool end whenever the pool likes; this one lives as long as the host.
/// </summary>
internal sealed class SpawnThread : IDisposable
{
    // util-linux; sets the parent-death signal and then becomes the engine, so the pid stays the same.
    private static readonly string? SetPriv =
        OperatingSystem.IsLinux() ? ((string[])["/usr/bin/setpriv", "/bin/setpriv"]).FirstOrDefault(File.Exists) : null;

    private readonly BlockingCollection<(ProcessStartInfo Spec, TaskCompletionSource<Process> Done)> _requests = [];
    private readonly HostLease _lease;
    private readonly GuardProcess _guard;
    private readonly Thread _thread;

    public SpawnThread(HostLease lease, GuardProcess guard)
    {
        _lease = lease;
        _guard = guard;
        _thread = new Thread(Run) { IsBackground = true, Name = "engine-spawn" };
        _thread.Start();
    }

    /// <summary>False where engines outlive a host that is killed; the next start then removes them.</summary>
    public static bool ChildrenDieWithHost => SetPriv is not null;

    public Task<Process> StartAsync(string binary, IReadOnlyList<string> arguments, string workingDirectory, IReadOnlyDictionary<string, string> environment)
    {
        var spec = new ProcessStartInfo(SetPriv ?? binary)
        {
            WorkingDirectory = workingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        foreach (var argument in SetPriv is null ? arguments : ["--pdeathsig", "KILL", "--", binary, .. arguments])
        {
            spec.ArgumentList.Add(argument);
        }

        spec.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            spec.Environment[name] = value;
        }

        var done = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests.Add((spec, done));
        return done.Task;
    }

    public void Dispose()
    {
        _requests.CompleteAdding();
        _thread.Join();
        _requests.Dispose();
    }

    private void Guard(Process process)
    {
        if (ProcessIdentity.Of(process.Id) is { } identity)
        {
            process.Exited += (_, _) => _guard.Remove(identity.Pid);
            _guard.Add(identity);
        }
    }

    private void Run()
    {
        foreach (var (spec, done) in _requests.GetConsumingEnumerable())
        {
            var process = new Process { StartInfo = spec, EnableRaisingEvents = true };
            try
            {
                // Asked here and not earlier: a host that stood still may have waited for its turn from before that.
                if (!_lease.IsHeld)
                {
                    throw new LeaseLostException();
                }

                process.Start();
                Guard(process);
                if (!_lease.IsHeld)
                {
                    // It ran out while the process was made.
                    process.Kill(entireProcessTree: true);
                }

                done.SetResult(process);
            }
            catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or InvalidOperationException or IOException or LeaseLostException)
            {
                process.Dispose();
                done.SetException(exception);
            }
        }
    }
}
