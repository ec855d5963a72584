using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data;
using WaPlatform.Data.Access;
using WaPlatform.Data.Messages;
using WaPlatform.Gateway;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Events;
using WaPlatform.Gateway.Proxy;
using WaPlatform.ServiceDefaults.Events;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Gateway.Hosting;

/// <summary>The real gateway on a real port and a SQLite file; only the devices' owners and the live channel are the test's, unless it wants real ones.</summary>
public sealed class GatewayHost(RedisServer redis) : IAsyncLifetime
{
    public const string AdminPassword = "a long enough password";

    private readonly string _directory = System.IO.Directory.CreateTempSubdirectory("wa-gateway-").FullName;
    private WebApplication? _app;

    /// <summary>The gateway's data directory.</summary>
    public string Directory => _directory;

    internal FakeDevices Devices { get; } = new();

    internal List<string> Log { get; } = [];

    public Uri Address => new(_app!.Urls.Single());

    internal IServiceProvider Services => _app!.Services;

    internal EventDispatcher Dispatcher => Services.GetRequiredService<EventDispatcher>();

    /// <summary>Signed in as the first administrator.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>Of the first administrator: as configured, or as the gateway generated it.</summary>
    public string Password => Settings.TryGetValue("DEFAULT_ADMIN_PASS", out var configured)
        ? configured ?? File.ReadAllText(Path.Combine(_directory, "admin-password")).Trim()
        : AdminPassword;

    /// <summary>Settings on top of the usual ones.</summary>
    public Dictionary<string, string?> Settings { get; } = [];

    /// <summary>The owners of its devices are those of a real cluster; <c>ConnectionStrings:redis</c> says which.</summary>
    public bool IsInCluster { get; init; }

    /// <summary>Follows the journal. Not by default: some tests count queries.</summary>
    public bool FollowsJournal { get; init; }

    /// <summary>Services on top of the gateway's own.</summary>
    internal Action<IServiceCollection> Configure { get; init; } = _ => { };

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development", ContentRootPath = _directory });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["WAPLATFORM_DATA"] = _directory,
            ["ConnectionStrings:wadb"] = $"Data Source={Path.Combine(_directory, "wa.db")}",
            ["ConnectionStrings:redis"] = await redis.CreateDatabaseAsync(TestContext.Current.CancellationToken),
            ["DEFAULT_ADMIN_PASS"] = AdminPassword,
            ["API_RATE_LIMIT"] = "0",
        });
        builder.Configuration.AddInMemoryCollection(Settings);
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(new ListLoggerProvider(Log));
        builder.Logging.SetMinimumLevel(LogLevel.Information);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults();
        builder.AddWaDatabase();
        builder.AddWaRedis();
        builder.AddGateway();

        // Some tests count queries.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.Information);
        if (IsInCluster)
        {
            builder.AddWaClusterClient();
        }
        else
        {
            builder.Services.AddSingleton<IGrainFactory>(Devices);
        }

        if (!FollowsJournal)
        {
            builder.Services.Remove(builder.Services.Single(service => service.ImplementationFactory?.Method.ReturnType == typeof(JournalTail)));
        }

        Configure(builder.Services);
        _app = builder.Build();
        _app.MapDefaultEndpoints();
        _app.MapGateway();
        _app.MapGet("/test/throws", void () => throw new InvalidOperationException("a secret text"));
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Client = CreateClient();
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await LogInAsync("admin", Password));
    }

    /// <summary>Stops the gateway as SIGTERM does; its clients stay.</summary>
    public Task StopAsync() => _app!.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        System.IO.Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Signed in as nobody. Patient: what hashes passwords has to share the processors with all other tests.</summary>
    public HttpClient CreateClient() =>
        new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(5) };

    public async Task<string> LogInAsync(string username, string password)
    {
        using var client = CreateClient();
        using var response = await client.PostAsJsonAsync("/api/auth/login", new { username, password }, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return body.GetProperty("token").GetString()!;
    }

    internal async Task<T> QueryAsync<T>(Func<WaDbContext, Task<T>> query)
    {
        await using var db = await Services.GetRequiredService<IDbContextFactory<WaDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        return await query(db);
    }

    /// <summary>Makes the gateway ask the device's owner again for the way to its engine.</summary>
    internal async Task ForgetRouteAsync(string phoneNumber)
    {
        var lanes = Services.GetRequiredService<EngineLanes>();
        var known = await lanes.FindAsync(phoneNumber, null, TestContext.Current.CancellationToken);
        await lanes.FindAsync(phoneNumber, known, TestContext.Current.CancellationToken);
    }

    internal Task AddUserAsync(string name, string password, UserRole role) => QueryAsync(db =>
    {
        db.Users.Add(new User
        {
            Id = Guid.NewGuid(),
            Username = name,
            NormalizedUsername = PasswordCheck.Normalize(name),
            PasswordHash = Services.GetRequiredService<Passwords>().Hash(password),
            SecurityStamp = Passwords.NewStamp(),
            Role = role,
            CreatedAt = FakeDevice.Since,
        });
        return db.SaveChangesAsync(TestContext.Current.CancellationToken);
    });

    /// <summary>Puts a message into the database, past the gateway.</summary>
    internal Task<Message> StoreMessageAsync(string phoneNumber, MessageStatus status, Action<Message>? change = null) => QueryAsync(async db =>
    {
        var message = new Message
        {
            Id = Guid.CreateVersion7(),
            PhoneNumber = phoneNumber,
            To = "5511888888888@s.whatsapp.net",
            Body = """{"message":"hi"}""",
            Status = status,
            DueAt = FakeDevice.Since,
            CreatedAt = FakeDevice.Since,
        };
        change?.Invoke(message);
        db.Messages.Add(message);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        return message;
    });

    /// <summary>Registers a device that is not started.</summary>
    public async Task RegisterAsync(string phoneNumber)
    {
        using var response = await Client.PostAsJsonAsync("/api/devices", new { phoneNumber, autoStart = false }, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
    }
}
