using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WaPlatform.ServiceDefaults;
using WaPlatform.Tests.Postgres;

namespace WaPlatform.Tests.ServiceDefaults;

public sealed class DatabaseWaitTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_DatabaseIsNotThereYet_IsAliveButNotReadyUntilItIs()
    {
        await using var database = new PostgresServer();
        using var port = new ReservedPort(IPAddress.Loopback);
        await using var service = CreateService(database.NameDatabase(), port);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port.Number}") };

        var starting = service.StartAsync(CancellationToken);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(client, "/alive"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(client, "/health"));
        Assert.False(starting.IsCompleted);

        await database.StartAsync(CancellationToken);
        await starting.WaitAsync(Patience, CancellationToken);

        Assert.Equal(HttpStatusCode.OK, await AskAsync(client, "/alive"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(client, "/health"));
        await service.StopAsync(CancellationToken);
    }

    private static WebApplication CreateService(string connectionString, ReservedPort port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{port.Number}");
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:wadb", connectionString)]);
        builder.Services.AddRoutingCore();
        builder.AddServiceDefaults();
        builder.AddWaDatabase();
        var app = builder.Build();
        app.UseRouting();
        app.MapDefaultEndpoints();
        return app;
    }

    // The port is nobody's until the waiting room opens.
    internal static async Task<HttpStatusCode> AskAsync(HttpClient client, string path)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        patience.CancelAfter(Patience);
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), patience.Token);
                return answer.StatusCode;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
            }
        }
    }
}
