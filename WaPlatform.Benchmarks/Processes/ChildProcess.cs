using System.Diagnostics;
using System.Text;

namespace WaPlatform.Benchmarks.Processes;

/// <summary>A process in a temporary directory of its own; both go when it is disposed, with the processes that it started.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private const int KeptLines = 40;

    // A variable of the caller's own shell must not change what is measured.
    private static readonly string[] Foreign =
        ["API_", "APP_", "ASPNETCORE_", "CHAT", "CLUSTER__", "CONNECTIONSTRINGS__", "DB_", "DEFAULT_ADMIN_", "DOTNET_ENVIRONMENT", "ENGINE", "JWT_", "MCP_", "ORLEANS__", "OTEL_", "PROCESS_", "SIM_", "WAPLATFORM_", "WEBHOOKS__", "WHATSAPP_"];

    private readonly Process _process;
    private readonly Task _reading;
    private readonly Queue<string> _last = new();
    private readonly TaskCompletionSource<string> _said = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _marker;

    private ChildProcess(Process process, string directory, string marker)
    {
        _process = process;
        _marker = marker;
        Directory = directory;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    public string Directory { get; }

    /// <summary>Processor time that it has used so far, without its children's.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Bytes of its memory that are resident.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <param name="marker">What the line that <see cref="WaitForLineAsync"/> waits for holds.</param>
    /// <param name="variables">Made for its directory.</param>
    public static ChildProcess Start(string path, string[] arguments, string marker, Func<string, Dictionary<string, string>> variables)
    {
        if (!File.Exists(path))
        {
            throw new BenchmarkException($"{path} is missing.");
        }

        var directory = System.IO.Directory.CreateTempSubdirectory("wa-benchmark-").FullName;
        var info = new ProcessStartInfo(path, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var name in info.Environment.Keys.Where(name => Foreign.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))).ToArray())
        {
            info.Environment.Remove(name);
        }

        foreach (var (name, value) in variables(directory))
        {
            info.Environment[name] = value;
        }

        return new ChildProcess(Process.Start(info)!, directory, marker);
    }

    /// <summary>Waits until it has said the marker; the rest of that line.</summary>
    /// <exception cref="BenchmarkException">It ended, or said nothing of it in two minutes.</exception>
    public async Task<string> WaitForLineAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAny(_said.Task, _reading).WaitAsync(Patience, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw NotStarted();
        }

        return _said.Task.IsCompleted ? await _said.Task : throw NotStarted();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        await _reading;
        _process.Dispose();
        await DeleteDirectoryAsync();
    }

    private BenchmarkException NotStarted()
    {
        lock (_last)
        {
            return new BenchmarkException($"A process did not start. It said:\n{string.Join('\n', _last)}");
        }
    }

    // Engines that were still writing when they were killed are gone a moment later.
    private async Task DeleteDirectoryAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                System.IO.Directory.Delete(Directory, recursive: true);
                return;
            }
            catch (IOException) when (attempt < 50)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
            }
        }
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync(CancellationToken.None) is { } line)
        {
            if (line.IndexOf(_marker, StringComparison.Ordinal) is >= 0 and var at)
            {
                _said.TrySetResult(line[(at + _marker.Length)..].Trim());
            }

            lock (_last)
            {
                _last.Enqueue(line);
                if (_last.Count > KeptLines)
                {
                    _last.Dequeue();
                }
            }
        }
    }
}
