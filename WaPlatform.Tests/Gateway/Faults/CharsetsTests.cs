using System.Net;
using WaPlatform.Gateway.Faults;
using WaPlatform.Tests.Gateway.Hosting;

namespace WaPlatform.Tests.Gateway.Faults;

/// <summary>Found by Gateway/Fuzz: an unknown character set was answered 500.</summary>
public sealed class CharsetsTests(GatewayHost gateway) : IClassFixture<GatewayHost>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "/api/auth/login")]
    [InlineData("POST", "/api/auth/refresh")]
    [InlineData("POST", "/api/devices")]
    [InlineData("PATCH", "/api/devices/5511999990001")]
    public async Task Body_OfUnknownCharset_Answers415(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new ByteArrayContent("{}"u8.ToArray()) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json; charset=nonsense");

        using var answer = await gateway.Client.SendAsync(request, CancellationToken);

        await answer.AssertProblemAsync(HttpStatusCode.UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE");
    }

    [Theory]
    [InlineData("application/json", false)]
    [InlineData("application/json; charset=utf-8", false)]
    [InlineData("application/json; charset=\"UTF-8\"", false)]
    [InlineData("application/json; charset=utf-16", false)]
    [InlineData("application/json; charset=", false)]
    [InlineData("application/json; charset=nonsense", true)]
    [InlineData("application/json; charset=\"nonsense\"", true)]
    [InlineData("application/json; charset=utf-7", true)]
    [InlineData("not a type", false)]
    [InlineData(null, false)]
    public void IsUnknown_OnlyWhatNoEncodingHas(string? contentType, bool isUnknown) => Assert.Equal(isUnknown, Charsets.IsUnknown(contentType));
}
