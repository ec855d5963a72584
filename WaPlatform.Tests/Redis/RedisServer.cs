using System.Net;
using WaPlatform.ServiceDefaults;
using WaPlatform.Tests.Processes;
using WaPlatform.Tests.Redis;

[assembly: AssemblyFixture(typeof(RedisServer))]

namespace WaPlatform.Tests.Redis;

/// <summary>A Redis server of the tests' own, on a free port of the loopback, without persistence. Started by the first test that asks for it.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _gate = new(1);
    private readonly ReservedPort _port = new(IPAddress.Loopback);
    private TiedServer? _server;
    private int _databases = -1;

    /// <summary>A connection string whose keys no other test shares: a numbered database of its own (channels are shared).</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_server is null)
            {
                // No directory is needed: nothing is saved.
                _server = TiedServer.Start("TERM", [], Installed.Find("redis-server", "redis-server"),
                    "--bind", "127.0.0.1", "--port", $"{_port.Number}", "--save", "", "--appendonly", "no", "--databases", "1000");
                await _server.Output.WaitForAsync("eady to accept connections", cancellationToken).WaitAsync(StartPatience, cancellationToken);
            }
        }
        finally
        {
            _gate.Release();
        }

        return $"127.0.0.1:{_port.Number},defaultDatabase={Interlocked.Increment(ref _databases)}";
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _port.Dispose();
        _gate.Dispose();
    }
}
