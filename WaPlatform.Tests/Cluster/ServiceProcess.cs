using System.Diagnostics;
using System.Globalization;
using System.Net;
using WaPlatform.ServiceDefaults;
using WaPlatform.Tests.Platform;
using WaPlatform.Tests.Processes;

namespace WaPlatform.Tests.Cluster;

/// <summary>
/// One service of a cluster: a built project as a process of its own, always on the same port and data directory. It ends with the tests, however
/// they end.
/// </summary>
internal sealed class ServiceProcess(string project, string name, string dataDirectory, IReadOnlyDictionary<string, string> variables) : IAsyncDisposable
{
    /// <summary>Generous: two cores may be shared with others.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    // exec keeps the pid, so that signals reach the service and not a shell.
    private const string Script = """
        cd "$1"; shift
        echo "pid $$"
        exec "$@"
        """;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly ReservedPort _port = new(IPAddress.Loopback);
    private readonly List<TiedServer> _runs = [];
    private readonly HttpClient _probe = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero }) { Timeout = TimeSpan.FromSeconds(5) };

    public string Name { get; } = name;

    public string DataDirectory { get; } = dataDirectory;

    public Uri Address => new($"http://127.0.0.1:{_port.Number}");

    /// <summary>Of the process that runs now, or ran last.</summary>
    public int Pid { get; private set; }

    public bool IsRunning => _runs.Count > 0 && !_runs[^1].HasExited;

    /// <summary>What all its processes said, one after the other.</summary>
    public IEnumerable<string> Lines => _runs.SelectMany(run => run.Output.Lines.Concat(run.Error.Lines));

    /// <summary>Starts the process, and waits for nothing but its pid.</summary>
    public async Task LaunchAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(DataDirectory);
        var foreign = ForeignVariables.In(Environment.GetEnvironmentVariables().Keys.Cast<string>()).SelectMany(variable => (string[])["-u", variable]);
        var own = variables.Append(new("WAPLATFORM_DATA", DataDirectory)).Append(new("ASPNETCORE_URLS", $"{Address.AbsoluteUri.TrimEnd('/')}")).Select(pair => $"{pair.Key}={pair.Value}");
        var run = TiedServer.Start("KILL", [], "/bin/sh", ["-c", Script, "sh", DataDirectory, Installed.Find("env", "coreutils"), .. foreign, .. own, BuildOutput.Executable(project)]);
        _runs.Add(run);
        var said = await run.Output.WaitForAsync("\n", cancellationToken).WaitAsync(Patience, cancellationToken);
        Pid = int.Parse(said.AsSpan("pid ".Length, said.IndexOf('\n', StringComparison.Ordinal) - "pid ".Length), CultureInfo.InvariantCulture);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await LaunchAsync(cancellationToken);
        await ReadyAsync(cancellationToken);
    }

    /// <summary>Waits until <c>/health</c> answers 200.</summary>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (await AnswerAsync("/health", cancellationToken) != HttpStatusCode.OK)
        {
            Assert.True(IsRunning && Stopwatch.GetElapsedTime(started) < Patience, $"{Name} {(IsRunning ? "does not get ready" : "has ended")}:\n{string.Join('\n', Troubles().Concat(Lines.TakeLast(60)))}");
            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
    }

    /// <returns>Null if nobody answers.</returns>
    public async Task<HttpStatusCode?> AnswerAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _probe.GetAsync(new Uri(Address, path), cancellationToken);
            return answer.StatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>SIGKILL: nothing of the service itself runs any more.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        Signal.Send(Pid, Signal.Kill);
        await ExitAsync(cancellationToken);
    }

    /// <summary>SIGTERM; its exit code.</summary>
    public async Task<int> TerminateAsync(CancellationToken cancellationToken)
    {
        Signal.Send(Pid, Signal.Terminate);
        return await ExitAsync(cancellationToken);
    }

    /// <summary>SIGSTOP: it does not notice that time goes by.</summary>
    public void Suspend() => Signal.Send(Pid, Signal.Stop);

    public void Resume() => Signal.Send(Pid, Signal.Continue);

    public async Task<int> ExitAsync(CancellationToken cancellationToken) => await _runs[^1].ExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);

    // What was said in earnest may be long before the end.
    private IEnumerable<string> Troubles() => Lines.Where(line => line.Contains(" fail: ", StringComparison.Ordinal) || line.Contains(" crit: ", StringComparison.Ordinal)).TakeLast(20);

    public async ValueTask DisposeAsync()
    {
        foreach (var run in _runs)
        {
            await run.DisposeAsync();
        }

        _probe.Dispose();
        _port.Dispose();
    }
}
