using System.Globalization;
using System.Net;
using WaPlatform.ServiceDefaults;
using WaPlatform.Tests.Processes;
using WaPlatform.Tests.Redis;

[assembly: AssemblyFixture(typeof(RedisServer))]

namespace WaPlatform.Tests.Redis;

/// <summary>A Redis server of the tests' own, on a free port of the loopback, without persistence. Started by the first test that asks for it.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(120);

    private const string Ready = "eady to accept connections";

    private readonly SemaphoreSlim _gate = new(1);
    private readonly ReservedPort _port = new(IPAddress.Loopback);
    private TiedServer? _server;
    private int _databases = -1;

    /// <summary>A connection string whose keys no other test shares: a numbered database of its own (channels are shared).</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken);
        return NameDatabase();
    }

    /// <summary>The same, of a server that need not run yet.</summary>
    public string NameDatabase() => $"127.0.0.1:{_port.Number},defaultDatabase={Interlocked.Increment(ref _databases)}";

    /// <summary>Starts the server if it does not run; empty, on the same port as ever.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_server is null)
            {
                // No directory is needed: nothing is saved.
                _server = TiedServer.Start("TERM", [], Installed.Find("redis-server", "redis-server"),
                    "--bind", "127.0.0.1", "--port", $"{_port.Number}", "--save", "", "--appendonly", "no", "--databases", "1000");
                await _server.Output.WaitForAsync(Ready, cancellationToken).WaitAsync(StartPatience, cancellationToken);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Ends the server, and with it all that it has. For a test that has a server of its own.</summary>
    public async Task StopAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            await server.DisposeAsync();
        }
    }

    /// <summary>SIGKILL, and all that it has is lost. For a test that has a server of its own.</summary>
    public Task KillAsync()
    {
        Signal.Send(ProcessId, Signal.Kill);
        return StopAsync();
    }

    /// <summary>Lets the server hang: it takes connections and answers nothing. For a test that has a server of its own.</summary>
    public void Suspend() => Signal.Send(ProcessId, Signal.Stop);

    public void Resume() => Signal.Send(ProcessId, Signal.Continue);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            // One that hangs would not hear that it is to end.
            Resume();
            await StopAsync();
        }

        _port.Dispose();
        _gate.Dispose();
    }

    // Its log lines begin with it: 4711:M 24 Nov 2026 00:26:51.000 * Ready to accept connections tcp
    private int ProcessId
    {
        get
        {
            var line = _server!.Output.Lines.First(line => line.Contains(Ready, StringComparison.Ordinal));
            return int.Parse(line[..line.IndexOf(':', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
        }
    }
}
