using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Gateway.Proxy;

public sealed class ProxyTests(GatewayHost gateway) : IClassFixture<GatewayHost>, IAsyncLifetime
{
    private const string Phone = "5551000000001";

    private FakeEngine _engine = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _engine = await FakeEngine.StartAsync(CancellationToken);
        gateway.Devices[Phone].Route = _engine.Route;
        if (gateway.Devices[Phone].Calls.IsEmpty)
        {
            await gateway.RegisterAsync(Phone);
        }

        // Until the gateway has heard of this test's engine.
        await gateway.ForgetRouteAsync(Phone);
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Theory]
    [InlineData("GET", "/chat/62812%40s.whatsapp.net/messages?search=%C3%A9+x%20y&limit=2&limit=3&z=%zz")]
    [InlineData("GET", "/a%2Fb%7E~!$&'()*+,;=:@?q=%2F..%2F&u=http://x//y")]
    [InlineData("DELETE", "/devices/x")]
    [InlineData("GET", "/a?")]
    [InlineData("HEAD", "/app/status")]
    [InlineData("OPTIONS", "/")]
    public async Task Forward_PathAndQuery_ArriveByteForByte(string method, string pathAndQuery)
    {
        using var request = Request(method, pathAndQuery);
        request.Headers.TryAddWithoutValidation("X-Api-Key", "secret");
        request.Headers.TryAddWithoutValidation("X-Device-Id", "forged");
        request.Headers.TryAddWithoutValidation("X-Custom", "kept");

        using var response = await gateway.Client.SendAsync(request, CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var (gotMethod, target, headers) = Assert.Single(_engine.Requests);
        Assert.Equal((method, pathAndQuery), (gotMethod, target));
        Assert.Equal((FakeEngine.Authorization, FakeEngine.SlotId, "kept"), (headers["Authorization"], headers["X-Device-Id"], headers["X-Custom"]));
        Assert.DoesNotContain("X-Api-Key", headers.Keys);
        Assert.DoesNotContain("Content-Length", headers.Keys);
    }

    [Theory]
    [InlineData("application/json", "{\"a\": 1 }")]
    [InlineData("application/json; charset=utf-16", "{}")]
    [InlineData("multipart/form-data; boundary=\"x y\"", "--x y\r\nContent-Disposition: form-data; name=\"image\"; filename=\"ä.png\"\r\n\r\n\0\u0001\r\n--x y--\r\n")]
    [InlineData("application/octet-stream", "\0\u00ff")]
    [InlineData("application/x-www-form-urlencoded", "a=%20b")]
    [InlineData(null, "no type")]
    public async Task Forward_Body_ArrivesUnchangedAndComesBackUnchanged(string? contentType, string body)
    {
        var bytes = Encoding.Latin1.GetBytes(body);
        using var request = Request("POST", "/send/image");
        request.Content = new ByteArrayContent(bytes);
        if (contentType is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        using var response = await gateway.Client.SendAsync(request, CancellationToken);

        Assert.Equal(contentType, _engine.Requests.Single().Headers.GetValueOrDefault("Content-Type"));
        Assert.Equal(bytes, await response.Content.ReadAsByteArrayAsync(CancellationToken));
        Assert.Equal(contentType, response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var back) ? back.ToString() : null);
    }

    [Theory]
    [InlineData(400, "application/json", "{\"code\":\"VALIDATION_ERROR\"}")]
    [InlineData(401, "text/plain", "Unauthorized")]
    [InlineData(404, null, "")]
    [InlineData(500, null, "")]
    [InlineData(200, "text/csv", "a,b")]
    [InlineData(302, null, "")]
    public async Task Forward_EnginesAnswer_IsPassedOnUnchanged(int status, string? contentType, string body)
    {
        _engine.Handle = context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = contentType;
            context.Response.Headers["X-Engine"] = "yes";
            context.Response.Headers.SetCookie = new[] { "a=1", "b=2" };
            if (status == 302)
            {
                context.Response.Headers.Location = "/else?where=1";
            }

            return context.Response.WriteAsync(body, CancellationToken);
        };

        using var response = await gateway.Client.SendAsync(Request("GET", "/x"), CancellationToken);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(contentType, response.Content.Headers.ContentType?.ToString());
        Assert.Equal(body, await response.Content.ReadAsStringAsync(CancellationToken));
        Assert.Equal("yes", response.Headers.GetValues("X-Engine").Single());
        Assert.Equal(["a=1", "b=2"], response.Headers.GetValues("Set-Cookie"));
    }

    [Fact]
    public async Task Forward_LargeBodies_AreStreamedBothWays()
    {
        // Either side goes on only once the other has seen the first part: a proxy that collects the whole would hang.
        const int Chunk = 1024 * 1024;
        const int Chunks = 128;
        var engineHasFirst = new TaskCompletionSource();
        var clientHasFirst = new TaskCompletionSource();
        _engine.Handle = async context =>
        {
            var buffer = new byte[Chunk];
            await context.Request.Body.ReadExactlyAsync(buffer, CancellationToken);
            engineHasFirst.SetResult();
            var total = (long)Chunk;
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

        using var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, CancellationToken);
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
        _engine.Handle = async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[100];
            var received = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken);
            await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Text, true, CancellationToken);
            await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken);
        };
        using var client = new ClientWebSocket();
        client.Options.SetRequestHeader("Authorization", gateway.Client.DefaultRequestHeaders.Authorization!.ToString());

        await client.ConnectAsync(new Uri($"ws://{gateway.Address.Authority}/proxy/whatsapp/{Phone}/ws"), CancellationToken);
        await client.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken);
        var answer = new byte[100];
        var got = await client.ReceiveAsync(answer.AsMemory(), CancellationToken);
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken);

        Assert.Equal("hello", Encoding.ASCII.GetString(answer, 0, got.Count));
        Assert.Equal("/ws", _engine.Requests.Single().Target);
        Assert.Equal((WebSocketCloseStatus.NormalClosure, "bye"), (client.CloseStatus, client.CloseStatusDescription));
    }

    [Theory]
    [InlineData("X-Instance-Id", "+5551000000001", "")]
    [InlineData("X-Device-Id", "5551000000001@c.us", "")]
    [InlineData(null, null, "?device=5551000000001")]
    [InlineData(null, null, "")]
    public async Task ShortForm_DeviceNamedElsewhere_IsForwarded(string? header, string? value, string query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/proxy/whatsapp/app/status{query}");
        if (header is not null)
        {
            request.Headers.Add(header, value);
        }

        using var response = await gateway.Client.SendAsync(request, CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal($"/app/status{query}", _engine.Requests.Single().Target);
    }

    [Fact]
    public async Task ShortForm_HeaderIsNoNumber_Answers400()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/proxy/whatsapp/app/status");
        request.Headers.Add("X-Instance-Id", "my-device");

        using var response = await gateway.Client.SendAsync(request, CancellationToken);

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "VALIDATION_FAILED");
    }

    [Theory]
    [InlineData("/proxy/whatsapp/5551000000001/../../../api/auth/me")]
    [InlineData("/proxy/whatsapp/5551000000001/%2e%2e/x")]
    [InlineData("/proxy/whatsapp/5551000000001//x")]
    [InlineData("/proxy/whatsapp/5551000000001/a%5cb")]
    public async Task Forward_PathTraversal_NeverReachesTheEngine(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Raw(path));

        using var response = await gateway.Client.SendAsync(request, CancellationToken);

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "VALIDATION_FAILED");
        Assert.Empty(_engine.Requests);
    }

    [Fact]
    public async Task Forward_EngineRestarted_GoesToTheNewOne()
    {
        using var first = await gateway.Client.SendAsync(Request("GET", "/one"), CancellationToken);
        await using var next = await FakeEngine.StartAsync(CancellationToken);
        await _engine.DisposeAsync();
        gateway.Devices[Phone].Route = next.Route;

        using var second = await gateway.Client.SendAsync(Request("GET", "/two"), CancellationToken);

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal("/two", next.Requests.Single().Target);
    }

    [Fact]
    public async Task Forward_NoEngine_Answers503()
    {
        gateway.Devices[Phone].Route = null;
        await gateway.ForgetRouteAsync(Phone);

        using var none = await gateway.Client.SendAsync(Request("GET", "/x"), CancellationToken);
        gateway.Devices[Phone].Route = _engine.Route;
        await _engine.DisposeAsync();
        using var gone = await gateway.Client.SendAsync(Request("POST", "/x", "body"), CancellationToken);

        await none.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "ENGINE_UNAVAILABLE");
        await gone.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "ENGINE_UNAVAILABLE");
    }

    [Fact]
    public async Task Forward_EngineBreaksOff_Answers502()
    {
        _engine.Handle = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        using var response = await gateway.Client.SendAsync(Request("POST", "/send/message", "{}"), CancellationToken);

        await response.AssertProblemAsync(HttpStatusCode.BadGateway, "ENGINE_ERROR");
    }

    private HttpRequestMessage Request(string method, string pathAndQuery, string? body = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), Raw($"/proxy/whatsapp/{Phone}{pathAndQuery}"));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        return request;
    }

    private Uri Raw(string path) => new(gateway.Address.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

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
