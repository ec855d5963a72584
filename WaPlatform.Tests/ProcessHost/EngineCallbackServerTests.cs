using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using WaPlatform.ProcessHost.Mirror;

namespace WaPlatform.Tests.ProcessHost;

public sealed class EngineCallbackServerTests : IAsyncLifetime
{
    private const string Secret = "s3cret";

    private readonly EngineCallbackServer _server = new(NullLoggerFactory.Instance, NullLogger<EngineCallbackServer>.Instance);
    private readonly FakeSink _sink = new();
    private readonly HttpClient _client = new();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _server.StartingAsync(CancellationToken);
        _server.Register("token", _sink);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.StoppedAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData("""{"event":"message","payload":{"id":"1"}}""", HttpStatusCode.OK)]
    [InlineData("""{"event":"without.payload"}""", HttpStatusCode.OK)]
    [InlineData("""{"payload":{}}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"event":5}""", HttpStatusCode.BadRequest)]
    [InlineData("[]", HttpStatusCode.BadRequest)]
    [InlineData("<html>", HttpStatusCode.BadRequest)]
    public async Task Post_Signed_IsTakenIfItIsAnEvent(string body, HttpStatusCode expected) => Assert.Equal(expected, await PostAsync("token", body, Secret));

    [Fact]
    public async Task Post_OtherSecretOrToken_IsRefusedAndNotTaken()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync("token", """{"event":"message"}""", "other"));
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync("guess", """{"event":"message"}""", Secret));
        Assert.Empty(_sink.Received);
    }

    // The engine repeats what was not answered with 2xx (gowa contract §6.1).
    [Fact]
    public async Task Post_CannotBeStored_Answers503()
    {
        _sink.Takes = false;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostAsync("token", """{"event":"message"}""", Secret));
    }

    private async Task<HttpStatusCode> PostAsync(string token, string body, string secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _server.AddressFor(token)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Hub-Signature-256", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body))));
        using var answer = await _client.SendAsync(request, CancellationToken);
        return answer.StatusCode;
    }

    private sealed class FakeSink : IWebhookSink
    {
        public string WebhookSecret => Secret;

        public bool Takes { get; set; } = true;

        public List<string> Received { get; } = [];

        public Task<bool> ReceiveAsync(string engineEvent, JsonElement payload, JsonElement envelope, CancellationToken cancellationToken)
        {
            Received.Add(engineEvent);
            return Task.FromResult(Takes);
        }
    }
}
