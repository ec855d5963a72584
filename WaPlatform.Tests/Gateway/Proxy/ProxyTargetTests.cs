using WaPlatform.Gateway.Proxy;

namespace WaPlatform.Tests.Gateway.Proxy;

public sealed class ProxyTargetTests
{
    [Theory]
    [InlineData("/proxy/whatsapp/5511999999999/app/status", "5511999999999", "/app/status")]
    [InlineData("/proxy/whatsapp/%2B5511999999999/app/status", "5511999999999", "/app/status")]
    [InlineData("/proxy/whatsapp/5511999999999@s.whatsapp.net/app/status", "5511999999999", "/app/status")]
    [InlineData("/proxy/whatsapp/5511999999999%40c.us/app/status", "5511999999999", "/app/status")]
    [InlineData("/proxy/whatsapp/5511999999999", "5511999999999", "/")]
    [InlineData("/proxy/whatsapp/5511999999999/", "5511999999999", "/")]
    [InlineData("/proxy/whatsapp/5511999999999?a=1", "5511999999999", "/?a=1")]
    [InlineData("/Proxy/WhatsApp/5511999999999/a/", "5511999999999", "/a/")]
    [InlineData("/proxy/whatsapp/app/status", null, "/app/status")]
    [InlineData("/proxy/whatsapp/", null, "/")]
    [InlineData("/proxy/whatsapp", null, "/")]
    [InlineData("/proxy/whatsapp/_simulator/scan", null, "/_simulator/scan")]
    [InlineData("http://host:3000/proxy/whatsapp/5511999999999/a?b", "5511999999999", "/a?b")]
    public void Read_EitherForm_FindsDeviceAndPath(string raw, string? phone, string expected)
    {
        var target = ProxyTarget.Read(raw, out var problem);

        Assert.Null(problem);
        Assert.Equal(phone, target!.Phone?.Digits);
        Assert.Equal(expected, target.PathAndQuery);
    }

    [Theory]
    [InlineData("/chat/62812%40s.whatsapp.net/messages?search=%C3%A9+x%20y&limit=2&limit=3")]
    [InlineData("/a%2Fb?q=%2F..%2F&r=a//b&s=%zz&t=%0d%0a")]
    [InlineData("/a?")]
    [InlineData("/a?x=http://y/?z")]
    [InlineData("/A%20b%7E~!$&'()*+,;=:@")]
    public void Read_AnyPathAndQuery_KeepsEachByte(string pathAndQuery) =>
        Assert.Equal(pathAndQuery, ProxyTarget.Read($"/proxy/whatsapp/5511999999999{pathAndQuery}", out _)?.PathAndQuery);

    [Theory]
    [InlineData("?access_token=abc", "")]
    [InlineData("?a=1&access_token=abc", "?a=1")]
    [InlineData("?access_token=abc&a=%20&b", "?a=%20&b")]
    [InlineData("?ACCESS_TOKEN=abc&&a=1", "?&a=1")]
    [InlineData("?my_access_token=abc", "?my_access_token=abc")]
    public void Read_TokenInQuery_IsTakenOut(string query, string expected) =>
        Assert.Equal($"/a{expected}", ProxyTarget.Read($"/proxy/whatsapp/5511999999999/a{query}", out _)?.PathAndQuery);

    [Theory]
    [InlineData("/proxy/whatsapp/5511999999999/../5511888888888/app/logout")]
    [InlineData("/proxy/whatsapp/5511999999999/..")]
    [InlineData("/proxy/whatsapp/5511999999999/%2e%2e/x")]
    [InlineData("/proxy/whatsapp/5511999999999/.%2E/x")]
    [InlineData("/proxy/whatsapp/5511999999999/%252e%252e/x")]
    [InlineData("/proxy/whatsapp/5511999999999/%25252e%25252e/x")]
    [InlineData("/proxy/whatsapp/5511999999999/%2525252525252525252e/x")]
    [InlineData("/proxy/whatsapp/5511999999999/a%2f..%2fb")]
    [InlineData("/proxy/whatsapp/5511999999999/./x")]
    [InlineData("/proxy/whatsapp/5511999999999//x")]
    [InlineData("/proxy/whatsapp//5511999999999/x")]
    [InlineData("/proxy/whatsapp/5511999999999/a%2F%2Fb")]
    [InlineData("/proxy/whatsapp/5511999999999/a\\..\\b")]
    [InlineData("/proxy/whatsapp/5511999999999/a%5c..%5cb")]
    [InlineData("/proxy/whatsapp/5511999999999/a%0d%0aX-Evil:1")]
    [InlineData("/proxy/whatsapp/5511999999999/a%00")]
    [InlineData("/proxy/whatsapp/5511999999999/a%7f")]
    [InlineData("/proxy/whatsapp/5511999999999/%zz")]
    [InlineData("/proxy/whatsapp/5511999999999/a%4")]
    [InlineData("/proxy/whatsapp/5511999999999/a%")]
    [InlineData("/proxy/whatsapp/5511999999999/é")]
    [InlineData("/proxy/whatsapp/5511999999999/a b")]
    [InlineData("/proxy/whatsapp/5511999999999/a#b")]
    [InlineData("/proxy/../proxy/whatsapp/5511999999999/a")]
    [InlineData("/%70roxy/whatsapp/5511999999999/a")]
    [InlineData("/proxy/whatsappx/5511999999999/a")]
    [InlineData("/proxy/whatsapp/123/a")]
    [InlineData("/proxy/whatsapp/+12345678901234567/a")]
    public void Read_PathThatCouldMeanAnother_IsRefused(string raw)
    {
        Assert.Null(ProxyTarget.Read(raw, out var problem));
        Assert.NotNull(problem);
    }
}
