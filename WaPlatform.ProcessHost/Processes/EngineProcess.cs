using System.Diagnostics;
using WaPlatform.ProcessHost.Engines;

namespace WaPlatform.ProcessHost.Processes;

/// <summary>One operating-system process of an engine, from start to end. Its output is always drained.</summary>
internal sealed class EngineProcess
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly ProcessIdentity? _identity;
    private readonly RunFile _runFile;
    private readonly Task<int> _exited;
    private readonly Lock _sampling = new();
    private (long At, TimeSpan Cpu) _lastSample;
    private double _cpuPercent;

    private EngineProcess(Process process, ProcessIdentity? identity, RunFile runFile, Task output, DateTimeOffset startedAt)
    {
        _process = process;
        _identity = identity;
        _runFile = runFile;
        Pid = process.Id;
        StartedAt = startedAt;
        _lastSample = (Stopwatch.GetTimestamp(), TimeSpan.Zero);
        _exited = WaitAsync(output);
    }

    public int Pid { get; }

    public DateTimeOffset StartedAt { get; }

    /// <summary>Completes with the exit code (128 + n for signal n) once the process has ended and its output was read.</summary>
    public Task<int> Exited => _exited;

    public static async Task<EngineProcess> StartAsync(EngineLaunch launch, SpawnThread spawn, RunFile runFile, OutputLog output, TimeProvider timeProvider)
    {
        Directory.CreateDirectory(launch.WorkingDirectory);
        var environment = EngineEnvironment.Build(launch, Environment.GetEnvironmentVariables());
        var process = await spawn.StartAsync(launch.Binary, ["rest"], launch.WorkingDirectory, environment);
        ProcessIdentity? identity;
        try
        {
            process.StandardInput.Close();
            identity = ProcessIdentity.Of(process.Id);
            if (identity is not null)
            {
                runFile.Write(identity);
            }
        }
        catch (IOException)
        {
            // A full disk. An engine that no later start would find must not run on its own.
            process.Kill(entireProcessTree: true);
            process.Dispose();
            throw;
        }

        var mask = new OutputMask([.. launch.Secrets.All, .. ProxyCredentials.In(launch.WhatsAppProxy), launch.Session.Password ?? ""]);
        var drained = Task.WhenAll(
            output.DrainAsync(process.StandardOutput, Contracts.Devices.LogStreams.Stdout, mask),
            output.DrainAsync(process.StandardError, Contracts.Devices.LogStreams.Stderr, mask));
        return new EngineProcess(process, identity, runFile, drained, timeProvider.GetUtcNow());
    }

    /// <summary>SIGTERM, the grace, then SIGKILL with all children. Returns the exit code.</summary>
    public async Task<int> StopAsync(TimeSpan grace, TimeProvider timeProvider)
    {
        if (_identity is not null && Signals.Terminate(_identity))
        {
            try
            {
                return await _exited.WaitAsync(grace, timeProvider);
            }
            catch (TimeoutException)
            {
                // It ignores us, or drains for too long.
            }
        }

        return await KillAsync();
    }

    public async Task<int> KillAsync()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
        {
            // Ended by itself meanwhile, or one of its own children did.
        }

        return await _exited;
    }

    /// <summary>Resident bytes, and percent of one core since the last call (at least a second apart).</summary>
    public (long MemoryBytes, double CpuPercent) Sample()
    {
        lock (_sampling)
        {
            if (_exited.IsCompleted)
            {
                return (0, 0);
            }

            try
            {
                _process.Refresh();
                var elapsed = Stopwatch.GetElapsedTime(_lastSample.At);
                if (elapsed >= TimeSpan.FromSeconds(1))
                {
                    var cpu = _process.TotalProcessorTime;
                    _cpuPercent = Math.Round(100 * (cpu - _lastSample.Cpu) / elapsed, 1);
                    _lastSample = (Stopwatch.GetTimestamp(), cpu);
                }

                return (_process.WorkingSet64, _cpuPercent);
            }
            catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                return (0, 0);
            }
        }
    }

    private async Task<int> WaitAsync(Task output)
    {
        await _process.WaitForExitAsync();

        // A grandchild (ffmpeg) may hold the pipes open after its parent is gone.
        await output.WaitAsync(LastWords).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_sampling)
        {
            var exitCode = _process.ExitCode;
            _process.Dispose();
            try
            {
                _runFile.Delete();
            }
            catch (IOException)
            {
                // The next start finds that the process in the note is gone.
            }

            return exitCode;
        }
    }
}
