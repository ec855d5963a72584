using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace WaPlatform.ProcessHost.Processes;

/// <summary>The host's end of its <see cref="EngineGuard"/>. One that dies is replaced and told everything anew.</summary>
internal sealed partial class GuardProcess(ILogger<GuardProcess> logger) : IDisposable
{
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<int, ProcessIdentity> _engines = new();
    private Process? _process;

    /// <summary>Pid of the guard; null while there is none.</summary>
    public int? Pid => _process?.Id;

    /// <summary>The engines may run for so long from now on. Starts the guard with the first call.</summary>
    public void Extend(TimeSpan lease)
    {
        lock (_lock)
        {
            var isNew = _process is null or { HasExited: true };
            if (isNew)
            {
                Start();
            }

            Tell(string.Create(CultureInfo.InvariantCulture, $"lease {(long)lease.TotalMilliseconds}"));
            foreach (var engine in isNew ? _engines.Values : [])
            {
                Tell(Line(engine));
            }
        }
    }

    public void Add(ProcessIdentity engine)
    {
        _engines[engine.Pid] = engine;
        lock (_lock)
        {
            Tell(Line(engine));
        }
    }

    public void Remove(int pid)
    {
        _engines.TryRemove(pid, out _);
        lock (_lock)
        {
            Tell(string.Create(CultureInfo.InvariantCulture, $"del {pid}"));
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_process is { } process)
            {
                _process = null;
                try
                {
                    process.StandardInput.Dispose();
                }
                catch (IOException)
                {
                    // It died before.
                }

                if (!process.WaitForExit(EndPatience))
                {
                    process.Kill();
                }

                process.Dispose();
            }
        }
    }

    // The program of this process, or its assembly where that is run by something else, such as `dotnet`.
    private static (string Program, string[] Arguments) Command()
    {
        var assembly = typeof(GuardProcess).Assembly;

        // Its name has a dot in it: what follows that is an extension on Windows alone.
        var name = assembly.GetName().Name;
        return (Environment.ProcessPath, Path.GetFileName(Environment.ProcessPath)) switch
        {
            ({ } path, var file) when file == name || file == $"{name}.exe" => (path, [EngineGuard.Argument]),
            ({ } path, "dotnet" or "dotnet.exe") => (path, [assembly.Location, EngineGuard.Argument]),
            _ => ("dotnet", [assembly.Location, EngineGuard.Argument]),
        };
    }

    private static string Line(ProcessIdentity engine) => string.Create(CultureInfo.InvariantCulture, $"add {engine.Pid} {engine.StartTicks} {engine.Boot}");

    private void Start()
    {
        _process?.Dispose();
        _process = null;
        var (program, arguments) = Command();
        var spec = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, UseShellExecute = false };
        spec.Environment["DOTNET_gcServer"] = "0";
        spec.Environment["DOTNET_EnableDiagnostics"] = "0";
        try
        {
            _process = Process.Start(spec);
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            Log.NotStarted(logger, exception.Message);
        }
    }

    private void Tell(string line)
    {
        try
        {
            _process?.StandardInput.WriteLine(line);
            _process?.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It died; the next renewal of the lease starts another one.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The guard could not be started: if this host stands still, its engines run on past its lease. {Reason}")]
        public static partial void NotStarted(ILogger logger, string reason);
    }
}
