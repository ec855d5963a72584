using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using WaPlatform.Tests.Platform;

namespace WaPlatform.Tests.Cluster;

/// <summary>The platform as it is seen through one of its gateways.</summary>
internal sealed class ClusterGateway(ServiceProcess service, string password, string ledger) : IPlatform, IDisposable
{
    private HttpClient? _client;

    public ServiceProcess Service { get; } = service;

    public Uri Address => Service.Address;

    public HttpClient Client => _client ?? throw new InvalidOperationException($"{Service.Name} is not signed in to.");

    public IEnumerable<string> Said => Service.Lines;

    public HttpClient CreateClient() => new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false })
    {
        BaseAddress = Address,
        Timeout = TimeSpan.FromSeconds(60),
    };

    public string LedgerOf(string phone) => ledger;

    /// <summary>Signs in; good for as long as the test, also with a gateway that was started anew.</summary>
    public async Task SignInAsync(CancellationToken cancellationToken)
    {
        var client = CreateClient();
        using var answer = await client.PostAsJsonAsync("/api/auth/login", new { username = "admin", password }, cancellationToken);
        var said = await answer.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(answer.IsSuccessStatusCode, said);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", JsonElement.Parse(said).GetProperty("token").GetString());
        (_client, var before) = (client, _client);
        before?.Dispose();
    }

    public void Dispose() => _client?.Dispose();
}
