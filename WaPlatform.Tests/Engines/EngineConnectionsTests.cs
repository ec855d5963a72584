using System.Net;
using System.Net.Sockets;
using System.Text;
using WaPlatform.ServiceDefaults.Engines;

namespace WaPlatform.Tests.Engines;

/// <summary>gowa real.md §3.1 point 8: a connection without a request makes an engine wait 15 s for its own end.</summary>
public sealed class EngineConnectionsTests
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CreateHandler_ManyOverlappingRequests_NeverLeavesAConnectionWithoutARequest()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var connections = new List<int>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        var serving = ServeAsync(listener, connections, stop.Token);

        using (var client = new HttpClient(EngineConnections.CreateHandler()))
        {
            var address = new Uri($"http://{listener.LocalEndpoint}/");
            for (var round = 0; round < 20; round++)
            {
                await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.GetStringAsync(address, CancellationToken)));
            }
        }

        await stop.CancelAsync();
        await serving;
        Assert.NotEmpty(connections);
        Assert.All(connections, requests => Assert.NotEqual(0, requests));
    }

    [Fact]
    public async Task CreateHandler_NothingListens_SaysThatTheEngineWasNeverReached()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"http://{listener.LocalEndpoint}/");
        listener.Stop();
        using var client = new HttpClient(EngineConnections.CreateHandler());

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => client.PostAsync(address, new StringContent("x"), CancellationToken));

        Assert.True(EngineConnections.NeverReached(failure));
    }

    private static async Task ServeAsync(TcpListener listener, List<int> connections, CancellationToken cancellationToken)
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await listener.AcceptTcpClientAsync(cancellationToken);
                int number;
                lock (connections)
                {
                    connections.Add(0);
                    number = connections.Count - 1;
                }

                open.Add(AnswerAsync(socket, number));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(open);
        }

        async Task AnswerAsync(TcpClient socket, int number)
        {
            using (socket)
            {
                var buffer = new byte[8192];
                while (await socket.GetStream().ReadAsync(buffer, CancellationToken.None) > 0)
                {
                    lock (connections)
                    {
                        connections[number]++;
                    }

                    await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"), CancellationToken.None);
                }
            }
        }
    }
}
