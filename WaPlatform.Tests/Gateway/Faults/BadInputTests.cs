using System.Net;
using System.Net.Sockets;
using System.Text;
using WaPlatform.Contracts.Faults;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Gateway.Faults;

public sealed class BadInputTests(GatewayHost gateway) : IClassFixture<GatewayHost>
{
    private const string Json = "application/json";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "/api/devices", Json, "", "VALIDATION_FAILED", 400)]
    [InlineData("POST", "/api/devices", Json, "{", "VALIDATION_FAILED", 400)]
    [InlineData("POST", "/api/devices", Json, "null", "VALIDATION_FAILED", 400)]
    [InlineData("POST", "/api/devices", Json, "[]", "VALIDATION_FAILED", 400)]
    [InlineData("POST", "/api/devices", Json, "\"text\"", "VALIDATION_FAILED", 400)]
    [InlineData("POST", "/api/devices", Json, "{}", "VALIDATION_FAILED", 400)]
    [InlineData("POST", "/api/devices", Json, """{"phoneNumber":5511999999999}""", "VALIDATION_FAILED", 400)]
    [InlineData("POST", "/api/devices", Json, """{"phoneNumber":"0511999999999"}""", "VALIDATION_FAILED", 400)]
    [InlineData("POST", "/api/devices", Json, """{"phoneNumber":"5511999999999","queue":{"concurrency":0}}""", "VALIDATION_FAILED", 400)]
    [InlineData("POST", "/api/devices", Json, """{"phoneNumber":"5511999999999","proxy":"ftp://x"}""", "VALIDATION_FAILED", 400)]
    [InlineData("POST", "/api/devices", Json, """{"phoneNumber":"5511999999999","name":"a\u0000b"}""", "VALIDATION_FAILED", 400)]
    [InlineData("POST", "/api/devices", Json, """{"phoneNumber":"\ud800"}""", "VALIDATION_FAILED", 400)]
    [InlineData("POST", "/api/devices", "text/plain", "{}", "UNSUPPORTED_MEDIA_TYPE", 415)]
    [InlineData("POST", "/api/devices", "application/x-www-form-urlencoded", "phoneNumber=5511999999999", "UNSUPPORTED_MEDIA_TYPE", 415)]
    [InlineData("PUT", "/api/devices", Json, "{}", "METHOD_NOT_ALLOWED", 405)]
    [InlineData("GET", "/api/nothing", null, null, "NOT_FOUND", 404)]
    [InlineData("GET", "/api/devices/abc", null, null, "VALIDATION_FAILED", 400)]
    [InlineData("GET", "/api/devices/5511999999998", null, null, "DEVICE_NOT_FOUND", 404)]
    [InlineData("GET", "/api/devices/%2B5511999999998", null, null, "DEVICE_NOT_FOUND", 404)]
    [InlineData("GET", "/api/devices/5511999999998%0d%0aX-Evil:1", null, null, "VALIDATION_FAILED", 400)]
    [InlineData("GET", "/api/devices/..%2f..%2fetc%2fpasswd/logs", null, null, "VALIDATION_FAILED", 400)]
    [InlineData("GET", "/api/devices/x/../../auth/me", null, null, "VALIDATION_FAILED", 400)]
    [InlineData("GET", "/api/devices/%2E%2e/auth/me", null, null, "VALIDATION_FAILED", 400)]
    [InlineData("GET", "/./api/devices", null, null, "VALIDATION_FAILED", 400)]
    [InlineData("GET", "/api/devices/%zz", null, null, "VALIDATION_FAILED", 400)]
    [InlineData("GET", "/api/devices?limit=0", null, null, "VALIDATION_FAILED", 400)]
    [InlineData("GET", "/api/devices?limit=501", null, null, "VALIDATION_FAILED", 400)]
    [InlineData("GET", "/api/devices?limit=many", null, null, "VALIDATION_FAILED", 400)]
    [InlineData("GET", "/api/devices?limit=99999999999999999999", null, null, "VALIDATION_FAILED", 400)]
    [InlineData("GET", "/api/devices?state=flying", null, null, "VALIDATION_FAILED", 400)]
    [InlineData("GET", "/api/devices?search=%00", null, null, "VALIDATION_FAILED", 400)]
    [InlineData("GET", "/api/devices?after=%25", null, null, "VALIDATION_FAILED", 400)]
    [InlineData("DELETE", "/api/devices/5511999999998?erase=perhaps", null, null, "VALIDATION_FAILED", 400)]
    [InlineData("GET", "/api/devices/5511999999998/logs?tail=-1&stream=stdin", null, null, "VALIDATION_FAILED", 400)]
    [InlineData("POST", "/api/devices/5511999999998/start", null, null, "DEVICE_NOT_FOUND", 404)]
    [InlineData("POST", "/api/messages/send", Json, "{}", "VALIDATION_FAILED", 400)]
    [InlineData("POST", "/api/messages/send", Json, """{"from":"5511999999998","to":"5511888888888","message":"x"}""", "DEVICE_NOT_FOUND", 404)]
    [InlineData("POST", "/api/messages/send", Json, """{"from":"5511999999998","to":"5511888888888","message":{"a":1}}""", "VALIDATION_FAILED", 400)]
    [InlineData("POST", "/api/messages/send", Json, """{"from":"5511999999998","to":"5511888888888","message":"x","type":"image"}""", "VALIDATION_FAILED", 400)]
    [InlineData("POST", "/api/messages/send", Json, """{"from":"5511999999998","to":"5511888888888","message":"x","wait":"yes"}""", "VALIDATION_FAILED", 400)]
    [InlineData("POST", "/api/messages/send", Json, """{"from":"5511999999998","to":"5511888888888","message":"x","priority":"5"}""", "VALIDATION_FAILED", 400)]
    [InlineData("POST", "/api/devices", Json, """{"phoneNumber":"5511999999999","queue":{"jitterMs":-1}}""", "VALIDATION_FAILED", 400)]
    [InlineData("POST", "/api/devices", Json, """{"phoneNumber":"5511999999999","queue":{"simulateTyping":"yes"}}""", "VALIDATION_FAILED", 400)]
    [InlineData("GET", "/api/messages/nonsense", null, null, "MESSAGE_NOT_FOUND", 404)]
    [InlineData("GET", "/api/messages/nonsense/timeline", null, null, "MESSAGE_NOT_FOUND", 404)]
    [InlineData("GET", "/api/messages/0197a0a0-0000-7000-8000-000000000000/timeline", null, null, "MESSAGE_NOT_FOUND", 404)]
    [InlineData("POST", "/api/messages/nonsense/cancel", null, null, "MESSAGE_NOT_FOUND", 404)]
    [InlineData("POST", "/api/messages/0197a0a0-0000-7000-8000-000000000000/cancel", null, null, "MESSAGE_NOT_FOUND", 404)]
    [InlineData("POST", "/api/messages/a%20b%27/retry", null, null, "MESSAGE_NOT_FOUND", 404)]
    [InlineData("POST", "/api/messages/0197a0a0-0000-7000-8000-000000000000/retry", null, null, "MESSAGE_NOT_FOUND", 404)]
    [InlineData("GET", "/api/messages/0197a0a0-0000-7000-8000-000000000000/retry", null, null, "METHOD_NOT_ALLOWED", 405)]
    [InlineData("GET", "/api/messages/queues?limit=0", null, null, "VALIDATION_FAILED", 400)]
    [InlineData("GET", "/api/messages/queues?after=%25", null, null, "VALIDATION_FAILED", 400)]
    [InlineData("GET", "/api/messages/queue/abc", null, null, "VALIDATION_FAILED", 400)]
    [InlineData("GET", "/api/messages/queue/5511999999998", null, null, "DEVICE_NOT_FOUND", 404)]
    [InlineData("POST", "/api/messages/queue/5511999999998/pause", null, null, "DEVICE_NOT_FOUND", 404)]
    [InlineData("POST", "/api/messages/queue/5511999999998@c.us/resume", null, null, "DEVICE_NOT_FOUND", 404)]
    [InlineData("DELETE", "/api/messages/queue/%2B5511999999998", null, null, "DEVICE_NOT_FOUND", 404)]
    [InlineData("DELETE", "/api/messages/queue/0511999999998", null, null, "VALIDATION_FAILED", 400)]
    [InlineData("GET", "/api/messages/0197a0a0-0000-7000-8000-000000000000", null, null, "MESSAGE_NOT_FOUND", 404)]
    [InlineData("GET", "/api/messages?status=lost&device=x&to=y", null, null, "VALIDATION_FAILED", 400)]
    [InlineData("GET", "/api/messages?after=AAAA", null, null, "VALIDATION_FAILED", 400)]
    [InlineData("GET", "/proxy/whatsapp/5511999999998/app/status", null, null, "DEVICE_NOT_FOUND", 404)]
    [InlineData("GET", "/proxy/whatsapp/123/app/status", null, null, "VALIDATION_FAILED", 400)]
    [InlineData("GET", "/test/throws", null, null, "INTERNAL_ERROR", 500)]
    public async Task AnyRequest_NotAsItShouldBe_AnswersAProblem(string method, string path, string? contentType, string? body, string code, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), Raw(path));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, contentType!);
        }

        using var response = await gateway.Client.SendAsync(request, CancellationToken);

        var problem = await response.AssertProblemAsync((HttpStatusCode)status, code);
        Assert.DoesNotContain("secret", problem.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("WaPlatform.", problem.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task Send_EverythingWrong_NamesEveryField()
    {
        using var content = new StringContent("""{"from":"x","to":"y","message":"","priority":10,"tag":"\n","sendAt":"soon"}""", Encoding.UTF8, Json);

        using var response = await gateway.Client.PostAsync("/api/messages/send", content, CancellationToken);

        var problem = await response.AssertProblemAsync(HttpStatusCode.BadRequest, "VALIDATION_FAILED");
        Assert.Equal(["from", "to", "message", "priority", "tag", "sendAt"], problem.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Fact]
    public async Task Send_BodyOverAMegabyte_Answers413()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/messages/send")
        {
            Content = new StringContent($$"""{"from":"5511999999998","message":"{{new string('x', 1024 * 1024)}}"}""", Encoding.UTF8, Json),
        };

        // Else the body, refused by its length, is still being written when the connection ends.
        request.Headers.ExpectContinue = true;
        using var response = await gateway.Client.SendAsync(request, CancellationToken);

        await response.AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge, "PAYLOAD_TOO_LARGE");
    }

    [Fact]
    public async Task Send_JsonNestedTooDeep_AnswersAProblem()
    {
        using var content = new StringContent(new string('[', 100_000), Encoding.UTF8, Json);

        using var response = await gateway.Client.PostAsync("/api/messages/send", content, CancellationToken);

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "VALIDATION_FAILED");
    }

    public static TheoryData<string, Exception, int, string> OwnerFailures => new()
    {
        { "unavailable", new SiloUnavailableException("secret"), 503, "ENGINE_UNAVAILABLE" },
        { "timeout", new TimeoutException("secret"), 504, "ENGINE_TIMEOUT" },
        { "refused", new PlatformException(ErrorCode.EngineError, "No.") { EngineCode = "X", EngineMessage = "Y" }, 502, "ENGINE_ERROR" },
        { "not running", new PlatformException(ErrorCode.DeviceNotRunning, "Start it first."), 409, "DEVICE_NOT_RUNNING" },
        { "full", new PlatformException(ErrorCode.CapacityExhausted, "Full.") { RetryAfter = TimeSpan.FromSeconds(3.2) }, 503, "CAPACITY_EXHAUSTED" },
        { "fault", new InvalidOperationException("secret"), 500, "INTERNAL_ERROR" },
    };

    [Theory]
    [MemberData(nameof(OwnerFailures), DisableDiscoveryEnumeration = true)]
    public async Task DeviceAction_OwnerFails_AnswersItsCode(string name, Exception failure, int status, string code)
    {
        const string Number = "5511000000001";
        using (await gateway.Client.PostAsync("/api/devices", new StringContent($$"""{"phoneNumber":"{{Number}}","autoStart":false}""", Encoding.UTF8, Json), CancellationToken))
        {
        }

        gateway.Devices[Number].Failure = failure;
        using var response = await gateway.Client.PostAsync($"/api/devices/{Number}/start", null, CancellationToken);
        gateway.Devices[Number].Failure = null;

        var problem = await response.AssertProblemAsync((HttpStatusCode)status, code);
        Assert.DoesNotContain("secret", problem.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(name == "refused", problem.TryGetProperty("engineCode", out _));
        if (name == "full")
        {
            Assert.Equal(4, problem.GetProperty("retryAfter").GetInt32());
            Assert.Equal("4", response.Headers.RetryAfter?.ToString());
        }
    }

    [Theory]
    [InlineData("GET /api/health HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n")]
    [InlineData("GET /api/devices/%00 HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /api/devices/\u0001 HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /proxy/whatsapp/5511999999999/%00 HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET / HTTP/9.9\r\nHost: x\r\n\r\n")]
    [InlineData("NONSENSE\r\n\r\n")]
    public async Task RequestLine_Malformed_IsRefusedByTheServer(string request)
    {
        var answer = await SendRawAsync(request);

        Assert.Matches("^HTTP/1.1 (400|401|505)", answer);
    }

    private async Task<string> SendRawAsync(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(gateway.Address.Host, gateway.Address.Port, CancellationToken);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), CancellationToken);
        var buffer = new byte[4096];
        var length = await stream.ReadAsync(buffer, CancellationToken);
        return Encoding.Latin1.GetString(buffer, 0, length);
    }

    private Uri Raw(string path) => new(gateway.Address.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
}
