using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WaPlatform.Contracts.Events;
using WaPlatform.Data;
using WaPlatform.Gateway;
using WaPlatform.Gateway.Access;
using WaPlatform.Jobs;
using WaPlatform.Tests.Events;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.ProcessHost;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Webhooks;

/// <summary>The real gateway and the real deliverers in one silo; devices there are none, their events are the test's.</summary>
public abstract class WebhookPlatform(RedisServer redis) : IAsyncLifetime
{
    private const string Password = "a long enough password";
    private const string DevicesHeader = "X-Test-Devices";

    private static long _phones = 5511960000000;

    private readonly string _directory = Directory.CreateTempSubdirectory("wa-webhooks-").FullName;
    private WebApplication? _app;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    /// <summary>Signed in as the first administrator.</summary>
    public HttpClient Client { get; private set; } = null!;

    internal Receiver Receiver { get; private set; } = null!;

    internal JournalWriter Journal { get; private set; } = null!;

    internal List<string> Log { get; } = [];

    internal IServiceProvider Services => _app!.Services;

    protected abstract Task<string> NameDatabaseAsync(string directory);

    public static string NextPhone() => $"{Interlocked.Increment(ref _phones)}";

    public async ValueTask InitializeAsync()
    {
        Receiver = await Receiver.StartAsync();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development", ContentRootPath = _directory });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["WAPLATFORM_DATA"] = _directory,
            ["ConnectionStrings:wadb"] = await NameDatabaseAsync(_directory),
            ["ConnectionStrings:redis"] = await redis.CreateDatabaseAsync(CancellationToken),
            ["Cluster:Mode"] = "localhost",
            ["DEFAULT_ADMIN_PASS"] = Password,
            ["API_RATE_LIMIT"] = "0",
            ["Webhooks:AllowedHosts"] = "127.0.0.1",
            ["Webhooks:Timeout"] = "00:00:01",
            ["Webhooks:FirstRetryDelay"] = "00:00:00.050",
            ["Webhooks:MaxRetryDelay"] = "00:00:00.500",
        });
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(new ListLoggerProvider(Log));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults();
        builder.AddWaDatabase();
        builder.AddWaRedis();
        builder.AddWebhookDelivery();
        builder.AddGateway();
        builder.Services.AddHttpContextAccessor().AddTransient<IClaimsTransformation, DeviceLimit>();
        _app = builder.Build();
        _app.MapGateway();
        await _app.StartAsync(CancellationToken);

        Journal = new JournalWriter(Services);
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(_app.Urls.Single()) };
        using var signedIn = await Client.PostAsJsonAsync("/api/auth/login", new { username = "admin", password = Password }, CancellationToken);
        var token = (await signedIn.ReadJsonAsync(HttpStatusCode.OK)).GetProperty("token").GetString();
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync(CancellationToken.None);
            await _app.DisposeAsync();
        }

        await Receiver.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    internal async Task<T> QueryAsync<T>(Func<WaDbContext, Task<T>> query)
    {
        await using var db = await Services.GetRequiredService<IDbContextFactory<WaDbContext>>().CreateDbContextAsync(CancellationToken);
        return await query(db);
    }

    /// <summary>Makes a call as somebody whose access is limited to devices, if any are named.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null, params string[] devices)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (devices.Length > 0)
        {
            request.Headers.Add(DevicesHeader, string.Join(',', devices));
        }

        return await Client.SendAsync(request, CancellationToken);
    }

    public async Task<JsonElement> CallAsync(HttpMethod method, string path, object? body = null, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var response = await SendAsync(method, path, body);
        return await response.ReadJsonAsync(status);
    }

    public Task<JsonElement> CreateAsync(object webhook) => CallAsync(HttpMethod.Post, "/api/webhooks", webhook, HttpStatusCode.Created);

    /// <summary>A webhook of one device to a path of the receiver; its path in the API.</summary>
    public async Task<string> SubscribeAsync(string path, string phone) => PathOf(await CreateAsync(new { url = Receiver.Url(path), devices = new[] { phone } }));

    public static string PathOf(JsonElement webhook) => $"/api/webhooks/{webhook.GetProperty("id").GetString()}";

    /// <summary>Waits until the list of deliveries has so many in a status.</summary>
    public async Task<IReadOnlyList<JsonElement>> WaitForDeliveriesAsync(string webhook, string status, int count)
    {
        IReadOnlyList<JsonElement> items = [];
        await RunningHost.UntilAsync(
            async () => (items = [.. (await CallAsync(HttpMethod.Get, $"{webhook}/deliveries?status={status}&limit=500")).GetProperty("items").EnumerateArray()]).Count >= count,
            () => $"{items.Count} of {count} {status}");
        return items;
    }

    /// <summary>Appends so many events of a device, in several transactions.</summary>
    internal async Task<IReadOnlyList<DeviceEvent>> AppendAsync(string phone, int count, string type = EventTypes.MessageReceived)
    {
        var stored = new List<DeviceEvent>();
        foreach (var some in Enumerable.Range(0, count).Chunk(7))
        {
            stored.AddRange(await Journal.AppendAsync([.. some.Select(number => Journal.Next(phone, type, $$"""{"number":{{number}}}""", TimeProvider.System.GetUtcNow()))]));
        }

        return stored;
    }

    private sealed class DeviceLimit(IHttpContextAccessor context) : IClaimsTransformation
    {
        public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
        {
            var devices = context.HttpContext!.Request.Headers[DevicesHeader].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries);
            return Task.FromResult(devices.Length == 0 ? principal : new ClaimsPrincipal([.. principal.Identities, new ClaimsIdentity(devices.Select(device => new Claim(DeviceAccess.ClaimType, device)))]));
        }
    }
}

public sealed class SqliteWebhookPlatform(RedisServer redis) : WebhookPlatform(redis)
{
    protected override Task<string> NameDatabaseAsync(string directory) => Task.FromResult($"Data Source={Path.Combine(directory, "wa.db")}");
}

public sealed class PostgresWebhookPlatform(PostgresServer postgres, RedisServer redis) : WebhookPlatform(redis)
{
    protected override Task<string> NameDatabaseAsync(string directory) => postgres.NameDatabaseAsync(TestContext.Current.CancellationToken);
}
