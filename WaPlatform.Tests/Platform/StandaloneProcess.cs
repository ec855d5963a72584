using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using WaPlatform.ServiceDefaults;
using WaPlatform.Tests.Processes;
using WaPlatform.Tests.Simulator;

namespace WaPlatform.Tests.Platform;

/// <summary>The whole platform as its users run it: the built Standalone, a process on its own directory and ports, on simulator engines. Nothing of it is left when it is disposed.</summary>
public sealed class StandaloneProcess : IPlatform, IAsyncDisposable
{
    /// <summary>Generous: two cores may be shared with a whole test run.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly StandaloneStart _start;
    private readonly ReservedPort _port = new(IPAddress.Loopback);
    private readonly int _engineBasePort = EnginePorts.Next();
    private readonly bool _ownsDirectory;
    private Process _process;
    private Task _reading;
    private HttpClient? _client;

    private StandaloneProcess(StandaloneStart start)
    {
        _start = start;
        _ownsDirectory = start.DataDirectory is null;
        DataDirectory = start.DataDirectory ?? Directory.CreateTempSubdirectory("wa-standalone-").FullName;
        (_process, _reading) = Launch();
    }

    /// <summary>Data directory; the same after <see cref="RestartAsync"/>.</summary>
    public string DataDirectory { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>What the process that runs now has said on standard output, log lines included.</summary>
    public ProcessOutput Output { get; private set; } = new();

    public ProcessOutput Error { get; private set; } = new();

    public Uri Address => new($"http://127.0.0.1:{_port.Number}");

    /// <summary>Signed in as the first admin. Gone after a stop.</summary>
    public HttpClient Client => _client ?? throw new InvalidOperationException("Not signed in: use StartAsync, or SignInAsync.");

    /// <summary>The first admin's password, as the platform made it.</summary>
    public string AdminPassword => File.ReadAllText(Path.Combine(DataDirectory, "admin-password")).Trim();

    public IEnumerable<string> Said => Output.Lines;

    /// <summary>Starts a platform, waits until it is ready, and signs in.</summary>
    /// <exception cref="InvalidOperationException">It ended instead; the message holds what it said.</exception>
    public static async Task<StandaloneProcess> StartAsync(StandaloneStart start, CancellationToken cancellationToken)
    {
        var platform = await StartSignedOutAsync(start, cancellationToken);
        try
        {
            await platform.SignInAsync(cancellationToken);
            return platform;
        }
        catch
        {
            await platform.DisposeAsync();
            throw;
        }
    }

    public static Task<StandaloneProcess> StartAsync(CancellationToken cancellationToken) => StartAsync(new StandaloneStart(), cancellationToken);

    /// <summary>Starts a platform and waits until it is ready.</summary>
    public static async Task<StandaloneProcess> StartSignedOutAsync(StandaloneStart start, CancellationToken cancellationToken)
    {
        var platform = LaunchOnly(start);
        try
        {
            await platform.ReadyAsync(cancellationToken);
            return platform;
        }
        catch
        {
            await platform.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a platform without waiting for anything, for starts that are to fail.</summary>
    public static StandaloneProcess LaunchOnly(StandaloneStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        return new StandaloneProcess(start);
    }

    /// <summary>A client that sends no credentials.</summary>
    public HttpClient CreateClient() => new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false })
    {
        BaseAddress = Address,
        Timeout = TimeSpan.FromSeconds(150),
    };

    public string LedgerOf(string phone) => Path.Combine(DataDirectory, "sessions", phone, "sim-ledger.jsonl");

    /// <summary>Waits until <c>/health</c> answers 200.</summary>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        using var client = CreateClient();
        var started = Stopwatch.GetTimestamp();
        while (!await IsReadyAsync(client, cancellationToken))
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new InvalidOperationException(
                    $"The platform {(_process.HasExited ? $"ended with {_process.ExitCode}" : "does not get ready")}. It said:\n{Output.Text}\n{Error.Text}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }
    }

    public async Task SignInAsync(CancellationToken cancellationToken)
    {
        var client = CreateClient();
        using var answer = await client.PostAsJsonAsync("/api/auth/login", new { username = "admin", password = AdminPassword }, cancellationToken);
        answer.EnsureSuccessStatusCode();
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("token").GetString();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        DropClient();
        _client = client;
    }

    /// <summary>SIGKILL: nothing of the platform itself runs any more.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        DropClient();
        _process.Kill();
        await ExitAsync(cancellationToken);
    }

    /// <summary>SIGTERM; the exit code and how long it took.</summary>
    public async Task<(int ExitCode, TimeSpan Took)> TerminateAsync(CancellationToken cancellationToken)
    {
        var asked = Stopwatch.GetTimestamp();
        Signal.Send(Id, Signal.Terminate);
        var exitCode = await ExitAsync(cancellationToken);
        DropClient();
        return (exitCode, Stopwatch.GetElapsedTime(asked));
    }

    /// <summary>Waits for the end of the process; its exit code.</summary>
    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        await _reading.WaitAsync(Patience, cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Starts it again, on the same directory and ports, once it has ended, and signs in.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await ExitAsync(cancellationToken);
        _process.Dispose();
        (Output, Error) = (new ProcessOutput(), new ProcessOutput());
        (_process, _reading) = Launch();
        await ReadyAsync(cancellationToken);
        await SignInAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        DropClient();
        if (!_process.HasExited)
        {
            // With its engines, which would be children of nobody for a moment otherwise.
            _process.Kill(entireProcessTree: true);
        }

        await ExitAsync(CancellationToken.None);
        _process.Dispose();
        _port.Dispose();
        if (_ownsDirectory)
        {
            await LeftOver.WaitUntilGoneAsync(DataDirectory, Patience);
            Directory.Delete(DataDirectory, recursive: true);
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri("/health", UriKind.Relative), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private (Process Process, Task Reading) Launch()
    {
        var info = new ProcessStartInfo(BuildOutput.Executable("WaPlatform.Standalone"))
        {
            WorkingDirectory = DataDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in ForeignVariables.In(info.Environment.Keys))
        {
            info.Environment.Remove(name);
        }

        foreach (var (name, value) in Variables().Concat(_start.Environment))
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

        var process = Process.Start(info)!;
        return (process, Task.WhenAll(Output.ReadAsync(process.StandardOutput), Error.ReadAsync(process.StandardError)));
    }

    private Dictionary<string, string?> Variables() => new()
    {
        ["WAPLATFORM_DATA"] = DataDirectory,
        ["API_HOST"] = "127.0.0.1",
        ["API_PORT"] = _port.Number.ToString(CultureInfo.InvariantCulture),
        ["API_RATE_LIMIT"] = "0",
        ["PROCESS_BASE_PORT"] = _engineBasePort.ToString(CultureInfo.InvariantCulture),
        ["ENGINE"] = "simulator",
        ["ENGINE_PATH"] = SimulatorBinary.IsPublished ? SimulatorBinary.Path : null,
    };

    private void DropClient()
    {
        _client?.Dispose();
        _client = null;
    }
}
