using WaPlatform.Gateway.Proxy;

namespace WaPlatform.Tests.Gateway.Proxy;

public sealed class SendPathTests
{
    [Theory]
    [InlineData("POST", "/send/message", true)]
    [InlineData("POST", "/send/message/", true)]
    [InlineData("POST", "/SEND/Message", true)]
    [InlineData("POST", "/send/message?a=/b&c", true)]
    [InlineData("POST", "/send/chat-presence", true)]
    [InlineData("POST", "/send/what-comes-with-the-next-version", true)]
    [InlineData("POST", "/%73end/message", true)]
    [InlineData("POST", "/%53%45%4E%44/m", true)]
    [InlineData("POST", "/send%2Fmessage", true)]
    [InlineData("POST", "/%2573end%252fmessage", true)]
    [InlineData("POST", "/send", false)]
    [InlineData("POST", "/send/", false)]
    [InlineData("POST", "/sends/message", false)]
    [InlineData("POST", "/resend/message", false)]
    [InlineData("POST", "/app/send/message", false)]
    [InlineData("POST", "/message/send/x", false)]
    [InlineData("POST", "/app/login?next=/send/message", false)]
    [InlineData("POST", "/", false)]
    [InlineData("GET", "/send/message", false)]
    [InlineData("HEAD", "/send/message", false)]
    [InlineData("PUT", "/send/message", false)]
    [InlineData("OPTIONS", "/send/message", false)]
    public void Matches_OnlyThePostsThatTheEngineSends(string method, string pathAndQuery, bool expected) =>
        Assert.Equal(expected, SendPath.Matches(method, pathAndQuery));
}
