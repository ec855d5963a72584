using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using WaPlatform.ServiceDefaults.Engines;

namespace WaPlatform.Tests.Gateway.Proxy;

/// <summary>The forwarder of a host, asked as a gateway asks it, and as others do.</summary>
public sealed class ForwarderTests : IAsyncLifetime
{
    private const string Phone = "5551000000002";

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false });
    private ForwarderHost _host = null!;
    private FakeEngine _engine = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await ForwarderHost.StartAsync("host-2", CancellationToken);
        _engine = await FakeEngine.StartAsync(CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
        await _engine.DisposeAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Basic dTpw2")]
    [InlineData("Basic dTp")]
    [InlineData("Bearer x")]
    public async Task Forward_WithoutTheEnginesCredentials_Answers404AndNothingElse(string? authorization)
    {
        _host.Own(Phone, _engine);

        using var response = await AskAsync("/app/status", authorization);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync(CancellationToken));
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("X-", StringComparison.OrdinalIgnoreCase));
        Assert.Empty(_engine.Requests);
    }

    [Fact]
    public async Task Forward_NoSuchEngineHere_SaysThatNothingWasReached()
    {
        using var never = await AskAsync("/x", FakeEngine.Authorization);
        _host.Own(Phone, _engine);
        using var owned = await AskAsync("/x", FakeEngine.Authorization);
        _host.Release(Phone);
        using var released = await AskAsync("/x", FakeEngine.Authorization);

        AssertGone(never);
        Assert.Equal(HttpStatusCode.OK, owned.StatusCode);
        AssertGone(released);
    }

    [Fact]
    public async Task Forward_EngineWasStartedAnew_SaysThatNothingWasReached()
    {
        var route = _host.Own(Phone, _engine);

        using var older = await AskAsync("/x", "Basic of-the-last-start", route.Generation - 1);
        using var current = await AskAsync("/x", FakeEngine.Authorization, route.Generation);

        AssertGone(older);
        Assert.Equal(HttpStatusCode.OK, current.StatusCode);
        Assert.DoesNotContain(ForwarderHeaders.Generation, Assert.Single(_engine.Requests).Headers.Keys);
    }

    [Fact]
    public async Task Forward_EngineEndedJustNow_SaysThatNothingWasReached()
    {
        _host.Own(Phone, _engine);
        await _engine.DisposeAsync();

        using var response = await AskAsync("/x", FakeEngine.Authorization);

        AssertGone(response);
    }

    [Fact]
    public async Task Forward_EngineSaysGoneItself_IsNotBelieved()
    {
        _host.Own(Phone, _engine);
        _engine.Handle = context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers[ForwarderHeaders.Route] = ForwarderHeaders.Gone;
            return Task.CompletedTask;
        };

        using var response = await AskAsync("/x", FakeEngine.Authorization);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.False(response.Headers.Contains(ForwarderHeaders.Route));
    }

    [Fact]
    public async Task Forward_EngineBreaksOff_BreaksOff()
    {
        _host.Own(Phone, _engine);
        _engine.Handle = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync("/x", FakeEngine.Authorization));
    }

    [Theory]
    [InlineData("/engines")]
    [InlineData("/engines/")]
    [InlineData("/engines/5551000000002")]
    [InlineData("/")]
    public async Task Forward_NoPathOfAnEngine_Answers404(string path)
    {
        _host.Own(Phone, _engine);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_host.Address, path));
        request.Headers.Authorization = AuthenticationHeaderValue.Parse(FakeEngine.Authorization);

        using var response = await _client.SendAsync(request, CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(_engine.Requests);
    }

    private static void AssertGone(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(ForwarderHeaders.Gone, response.Headers.GetValues(ForwarderHeaders.Route).Single());
    }

    private Task<HttpResponseMessage> AskAsync(string path, string? authorization, long? generation = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_host.Address, $"engines/{Phone}{path}"));
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        if (generation is { } value)
        {
            request.Headers.Add(ForwarderHeaders.Generation, value.ToString(CultureInfo.InvariantCulture));
        }

        return _client.SendAsync(request, CancellationToken);
    }
}
