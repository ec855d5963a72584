using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Gateway.Proxy;

public class ProxyStreamTests(GatewayHost gateway) : ProxyTestBase(gateway)
{
    [Fact]
    public async Task Forward_LargeBodies_AreStreamedBothWays()
    {
        // Either side goes on only once the other has seen the first part: a proxy that collects the whole would hang.
        const int Chunk = 1024 * 1024;
        const int Chunks = 128;
        var engineHasFirst = new TaskCompletionSource();
        var clientHasFirst = new TaskCompletionSource();
        Engine.Handle = async context =>
        {
            // Half of it: the end of a part may wait in a buffer on the way until more comes.
            var buffer = new byte[Chunk];
            await context.Request.Body.ReadExactlyAsync(buffer.AsMemory(0, Chunk / 2), CancellationToken);
            engineHasFirst.SetResult();
            var total = Chunk / 2L;
            int read;
            while ((read = await context.Request.Body.ReadAsync(buffer, CancellationToken)) > 0)
            {
                total += read;
            }

            await context.Response.WriteAsync($"{total}\n", CancellationToken);
            await context.Response.Body.FlushAsync(CancellationToken);
            await clientHasFirst.Task.WaitAsync(CancellationToken);
            for (var n = 0; n < Chunks; n++)
            {
                await context.Response.Body.WriteAsync(buffer, CancellationToken);
            }
        };
        using var request = Request("POST", "/send/video");
        request.Content = new StreamedContent(Chunk, Chunks, engineHasFirst.Task);

        using var response = await Gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, CancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(CancellationToken);
        var first = new byte[16];
        var length = await stream.ReadAsync(first, CancellationToken);
        Assert.Equal($"{(long)Chunk * Chunks}\n", Encoding.ASCII.GetString(first, 0, length));
        clientHasFirst.SetResult();
        var counted = 0L;
        var rest = new byte[Chunk];
        int more;
        while ((more = await stream.ReadAsync(rest, CancellationToken)) > 0)
        {
            counted += more;
        }

        Assert.Equal((long)Chunk * Chunks, counted);
    }

    [Fact]
    public async Task Forward_WebSocket_EchoesBothWays()
    {
        Engine.Handle = async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[100];
            var received = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken);
            await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Text, true, CancellationToken);
            await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken);
        };
        using var client = new ClientWebSocket();
        client.Options.SetRequestHeader("Authorization", Gateway.Client.DefaultRequestHeaders.Authorization!.ToString());

        await client.ConnectAsync(new Uri($"ws://{Gateway.Address.Authority}/proxy/whatsapp/{Phone}/ws"), CancellationToken);
        await client.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken);
        var answer = new byte[100];
        var got = await client.ReceiveAsync(answer.AsMemory(), CancellationToken);
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken);

        Assert.Equal("hello", Encoding.ASCII.GetString(answer, 0, got.Count));
        Assert.Equal("/ws", Engine.Requests.Single().Target);
        Assert.Equal((WebSocketCloseStatus.NormalClosure, "bye"), (client.CloseStatus, client.CloseStatusDescription));
    }

    private sealed class StreamedContent(int chunk, int chunks, Task engineHasFirst) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var bytes = new byte[chunk];
            await stream.WriteAsync(bytes, CancellationToken);
            await stream.FlushAsync(CancellationToken);
            await engineHasFirst.WaitAsync(TimeSpan.FromSeconds(30), CancellationToken);
            for (var n = 1; n < chunks; n++)
            {
                await stream.WriteAsync(bytes, CancellationToken);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = (long)chunk * chunks;
            return true;
        }
    }
}
