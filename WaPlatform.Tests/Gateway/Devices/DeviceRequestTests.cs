using System.Text.Json;
using Microsoft.AspNetCore.Http;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Devices;
using WaPlatform.Gateway.Devices;

namespace WaPlatform.Tests.Gateway.Devices;

public sealed class DeviceRequestTests
{
    [Theory]
    [InlineData("socks5://127.0.0.1:1080", true)]
    [InlineData("socks5://user:pass@proxy.example:1080", true)]
    [InlineData("http://proxy.example", true)]
    [InlineData("https://proxy.example:8443/", true)]
    [InlineData("ftp://proxy.example", false)]
    [InlineData("proxy.example:1080", false)]
    [InlineData("socks5://", false)]
    [InlineData("socks5://a b", false)]
    [InlineData("http://x\nEVIL=1", false)]
    [InlineData("file:///etc/passwd", false)]
    public void ProxyUrl_Scheme_IsJudged(string url, bool good) => Assert.Equal(good, ProxyUrl.Problem(url) is null);

    [Theory]
    [InlineData("socks5://user:p4ss@proxy.example:1080", "socks5://user:***@proxy.example:1080")]
    [InlineData("socks5://proxy.example:1080", "socks5://proxy.example:1080")]
    [InlineData(null, null)]
    public void ProxyUrl_Password_IsNotShown(string? url, string? shown) => Assert.Equal(shown, ProxyUrl.WithoutPassword(url));

    [Fact]
    public void Register_EverythingWrong_NamesEveryField()
    {
        var request = new RegisterDeviceRequest("12", new string('n', 201), null, new QueueSettingsRequest(21, -1, 0, 600_001), "gopher://x");

        var errors = request.Validate(out _);

        Assert.Equal(["phoneNumber", "name", "queue.concurrency", "queue.intervalMs", "queue.intervalCap", "queue.jitterMs", "proxy"], errors.ByField.Keys);
    }

    [Theory]
    [InlineData("{}", false, false)]
    [InlineData("""{"name":null}""", true, false)]
    [InlineData("""{"proxy":"","unknown":1}""", false, true)]
    public void Change_OnlyWhatIsGiven_Counts(string json, bool name, bool proxy)
    {
        var request = JsonSerializer.Deserialize<ChangeDeviceRequest>(json, WireJson.Options)!;

        Assert.Equal((name, proxy), (request.NameGiven, request.ProxyGiven));
    }

    [Theory]
    [InlineData("", LogStreams.Both)]
    [InlineData("stdout", LogStreams.Stdout)]
    [InlineData("stderr, stdout", LogStreams.Both)]
    [InlineData("stdin", null)]
    [InlineData("../etc", null)]
    public void LogStreams_Names_AreRead(string text, LogStreams? expected) =>
        Assert.Equal(expected, DeviceLogs.TryReadStreams(text, out var streams) ? streams : null);

    [Theory]
    [InlineData("image/png", true)]
    [InlineData("image/png, application/json;q=0.5", true)]
    [InlineData("application/json, image/png", false)]
    [InlineData("image/png;q=0", false)]
    [InlineData("*/*", false)]
    [InlineData("image/*", false)]
    [InlineData("nonsense", false)]
    [InlineData("", false)]
    public void Accepts_Header_DecidesTheForm(string accept, bool png)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Accept = accept;

        Assert.Equal(png, Accepts.Prefers(context.Request, "image/png"));
    }
}
