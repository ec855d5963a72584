using System.Security.Cryptography;
using System.Text;
using WaPlatform.ProcessHost.Mirror;

namespace WaPlatform.Tests.ProcessHost;

public sealed class WebhookSignatureTests
{
    private static readonly byte[] Body = """{"event":"message"}"""u8.ToArray();

    [Fact]
    public void IsValid_OwnSecretOverTheRawBody_True() => Assert.True(WebhookSignature.IsValid(Sign("secret", Body), Body, "secret"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha256=")]
    [InlineData("sha256=zz")]
    [InlineData("sha1=00")]
    public void IsValid_NoSignature_False(string? header) => Assert.False(WebhookSignature.IsValid(header, Body, "secret"));

    [Fact]
    public void IsValid_OtherSecretOtherBodyOrMoreBytes_False()
    {
        Assert.False(WebhookSignature.IsValid(Sign("other", Body), Body, "secret"));
        Assert.False(WebhookSignature.IsValid(Sign("secret", [.. Body, 32]), Body, "secret"));
        Assert.False(WebhookSignature.IsValid(Sign("secret", Body) + "00", Body, "secret"));
    }

    private static string Sign(string secret, byte[] body) => "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
}
