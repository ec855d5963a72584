using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Gateway.Proxy;

public class ProxyTests(GatewayHost gateway) : ProxyTestBase(gateway)
{
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

        using var response = await Gateway.Client.SendAsync(request, CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var (gotMethod, target, headers) = Assert.Single(Engine.Requests);
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

        using var response = await Gateway.Client.SendAsync(request, CancellationToken);

        Assert.Equal(contentType, Engine.Requests.Single().Headers.GetValueOrDefault("Content-Type"));
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
        Engine.Handle = context =>
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

        using var response = await Gateway.Client.SendAsync(Request("GET", "/x"), CancellationToken);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(contentType, response.Content.Headers.ContentType?.ToString());
        Assert.Equal(body, await response.Content.ReadAsStringAsync(CancellationToken));
        Assert.Equal("yes", response.Headers.GetValues("X-Engine").Single());
        Assert.Equal(["a=1", "b=2"], response.Headers.GetValues("Set-Cookie"));
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

        using var response = await Gateway.Client.SendAsync(request, CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal($"/app/status{query}", Engine.Requests.Single().Target);
    }

    [Fact]
    public async Task ShortForm_HeaderIsNoNumber_Answers400()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/proxy/whatsapp/app/status");
        request.Headers.Add("X-Instance-Id", "my-device");

        using var response = await Gateway.Client.SendAsync(request, CancellationToken);

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

        using var response = await Gateway.Client.SendAsync(request, CancellationToken);

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "VALIDATION_FAILED");
        Assert.Empty(Engine.Requests);
    }

    [Fact]
    public async Task Forward_EngineRestarted_GoesToTheNewOne()
    {
        using var first = await Gateway.Client.SendAsync(Request("GET", "/one"), CancellationToken);
        await using var next = await FakeEngine.StartAsync(CancellationToken);
        await Engine.DisposeAsync();
        Own(next);

        using var second = await Gateway.Client.SendAsync(Request("GET", "/two"), CancellationToken);

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal("/two", next.Requests.Single().Target);
    }

    [Fact]
    public async Task Forward_NoEngine_Answers503()
    {
        Gateway.Devices[Phone].Route = null;
        await Gateway.ForgetRouteAsync(Phone);

        using var none = await Gateway.Client.SendAsync(Request("GET", "/x"), CancellationToken);
        Own(Engine);
        await Engine.DisposeAsync();
        using var gone = await Gateway.Client.SendAsync(Request("POST", "/x", "body"), CancellationToken);

        await none.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "ENGINE_UNAVAILABLE");
        await gone.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "ENGINE_UNAVAILABLE");
    }

    [Fact]
    public async Task Forward_EngineBreaksOff_Answers502()
    {
        Engine.Handle = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        using var response = await Gateway.Client.SendAsync(Request("POST", "/send/message", "{}"), CancellationToken);

        await response.AssertProblemAsync(HttpStatusCode.BadGateway, "ENGINE_ERROR");
    }
}
