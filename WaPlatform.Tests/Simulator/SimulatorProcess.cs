using System.ComponentModel;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;

namespace WaPlatform.Tests.Simulator;

/// <summary>One running simulator, in its own directory and on its own port, killed when it is disposed.</summary>
public sealed class SimulatorProcess : IAsyncDisposable
{
    // Generous: two cores may be shared with a whole test run.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // A variable of the developer's own shell must not change what is tested.
    private static readonly string[] Owned = ["APP_", "DB_", "WHATSAPP_", "CHATWOOT_", "CHAT_STORAGE_", "MCP_", "SIM_", "NO_COLOR"];

    private readonly Process _process;
    private readonly Task _reading;
    private readonly bool _ownsDirectory;
    private HttpClient? _client;
    private Uri? _address;

    private SimulatorProcess(SimulatorStart start, string directory, Process process)
    {
        Start = start;
        Directory = directory;
        _ownsDirectory = start.Directory is null;
        _process = process;
        Id = process.Id;
        _reading = Task.WhenAll(Output.ReadAsync(process.StandardOutput), Error.ReadAsync(process.StandardError));
    }

    public SimulatorStart Start { get; }

    /// <summary>Working directory: storages, statics and the ledger.</summary>
    public string Directory { get; }

    public int Id { get; }

    public ProcessOutput Output { get; } = new();

    public ProcessOutput Error { get; } = new();

    public bool HasExited => _process.HasExited;

    /// <summary>Root of the process, for example <c>http://127.0.0.1:40001/</c>.</summary>
    public Uri Address => _address ?? throw new InvalidOperationException("The process does not listen yet.");

    /// <summary>A client that signs in as the start's user. Gone after <see cref="StopAsync"/>.</summary>
    public HttpClient Client => _client ??= CreateClient();

    /// <summary>Starts a process and waits until it answers <c>/health</c>.</summary>
    /// <exception cref="InvalidOperationException">It ended instead; the message holds what it said.</exception>
    public static async Task<SimulatorProcess> StartAsync(SimulatorStart start, CancellationToken cancellationToken)
    {
        var simulator = Launch(start);
        try
        {
            await simulator.ReadyAsync(cancellationToken);
            return simulator;
        }
        catch
        {
            await simulator.DisposeAsync();
            throw;
        }
    }

    public static Task<SimulatorProcess> StartAsync(CancellationToken cancellationToken) => StartAsync(new SimulatorStart(), cancellationToken);

    /// <summary>Starts a process without waiting for anything.</summary>
    public static SimulatorProcess Launch(SimulatorStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        var directory = start.Directory ?? System.IO.Directory.CreateTempSubdirectory("simulator-").FullName;
        var info = new ProcessStartInfo(SimulatorBinary.Path, start.Arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var name in info.Environment.Keys.Where(name => Owned.Any(name.StartsWith)).ToArray())
        {
            info.Environment.Remove(name);
        }

        // A build output that is killed would leave its debugger's sockets in the temp directory.
        info.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var (name, value) in start.Variables())
        {
            if (value is null)
            {
                info.Environment.Remove(name);
            }
            else
            {
                info.Environment[name] = value;
            }
        }

        return new SimulatorProcess(start, directory, Process.Start(info)!);
    }

    /// <summary>Waits for the banner, which names the port, then for <c>/health</c>.</summary>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);

        string banner;
        try
        {
            banner = await Output.WaitForAsync("Total process count", patience.Token);
        }
        catch (InvalidOperationException ended)
        {
            await _reading;
            throw new InvalidOperationException($"{ended.Message}\n{Error.Text}", ended);
        }

        _address = AddressIn(banner);
        using var probe = new HttpClient { BaseAddress = _address };
        probe.DefaultRequestHeaders.ConnectionClose = true;
        using var health = await probe.GetAsync(new Uri("/health", UriKind.Relative), patience.Token);
        health.EnsureSuccessStatusCode();
    }

    /// <summary>Another client on the process: signs in as the start's user unless told not to.</summary>
    public HttpClient CreateClient(bool signedIn = true)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = Address,
            Timeout = TimeSpan.FromSeconds(70),
        };
        if (signedIn && Start.BasicAuth)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Credentials);
        }

        return client;
    }

    /// <summary>Base64 of <c>user:password</c>, as the header and the websocket's query take it.</summary>
    public string Credentials => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Start.User}:{Start.Password}"));

    public void Signal(PosixSignal signal) => Send(signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGQUIT => 3,
        PosixSignal.SIGTERM => 15,
        _ => throw new ArgumentOutOfRangeException(nameof(signal)),
    });

    /// <summary>SIGKILL: nothing of the process runs any more.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits for the end. A process that a signal ended answers 128 + its number.</summary>
    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        await _reading.WaitAsync(Patience, cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>SIGTERM, and the exit code.</summary>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        // A pooled connection that was never used would hold the drain for its full 15 seconds (as with the real binary).
        DropClient();
        Signal(PosixSignal.SIGTERM);
        return await ExitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        DropClient();
        try
        {
            _process.Kill();
        }
        catch (Exception ended) when (ended is InvalidOperationException or Win32Exception)
        {
            // It is gone already.
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        await _reading;
        _process.Dispose();
        if (_ownsDirectory)
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }

    private void DropClient()
    {
        _client?.Dispose();
        _client = null;
    }

    // [::] is what the binary prints for every address; the tests come by loopback.
    private static Uri AddressIn(string banner)
    {
        const string Marker = "Server started on:";
        var line = banner.Split('\n').First(line => line.Contains(Marker, StringComparison.Ordinal));
        var url = line[(line.IndexOf(Marker, StringComparison.Ordinal) + Marker.Length)..].Trim();

        return new Uri(url.Replace("[::]", "127.0.0.1", StringComparison.Ordinal));
    }

    private void Send(int number)
    {
        if (kill(Id, number) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);
}
