using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.Data.Messages;
using WaPlatform.ServiceDefaults.Media;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Gateway.Media;

/// <summary>A gateway that may fetch from a server beside it.</summary>
public class MediaGateway(RedisServer redis) : IAsyncLifetime
{
    public const string To = "5511888888888";

    private int _devices;

    public FileServer Server { get; } = new();

    public GatewayHost Host { get; } = new(redis) { Settings = { ["Media:AllowedHosts"] = "files.example, 127.0.0.1" } };

    internal MediaStore Media => Host.Services.GetRequiredService<MediaStore>();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        await Server.InitializeAsync();
        await Host.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A device of the test's own.</summary>
    public async Task<string> RegisterAsync()
    {
        var number = $"55420000{Interlocked.Increment(ref _devices):D4}";
        await Host.RegisterAsync(number);
        return number;
    }

    /// <summary>Keys of all files that wait.</summary>
    public Task<IReadOnlyList<string>> FilesAsync() => Media.OlderThanAsync(DateTimeOffset.MaxValue, CancellationToken);

    /// <summary>Waits until these files wait and no others: a store may take a moment to remove what is done with.</summary>
    public async Task HasFilesAsync(IEnumerable<string> keys)
    {
        var expected = keys.Order().ToList();
        IReadOnlyList<string> found = [];
        await ProcessHost.RunningHost.UntilAsync(
            async () => (found = await FilesAsync()).Order().SequenceEqual(expected), () => $"expected {string.Join(", ", expected)}, found {string.Join(", ", found)}");
    }

    public Task<HttpResponseMessage> SendAsync(object body, string? key = null) => PostAsync("/api/messages/send", JsonContent.Create(body), key);

    public Task<HttpResponseMessage> SendBulkAsync(object body, string? key = null) => PostAsync("/api/messages/send-bulk", JsonContent.Create(body), key);

    public async Task<HttpResponseMessage> PostAsync(string path, HttpContent content, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        // Else a body that is refused by its length is still being written when the connection ends.
        request.Headers.ExpectContinue = content.Headers.ContentLength > 1_000_000;

        return await Host.Client.SendAsync(request, CancellationToken);
    }

    internal Task<Message> FindAsync(JsonElement message) => FindAsync(message.GetProperty("id").GetGuid());

    internal Task<Message> FindAsync(Guid id) => Host.QueryAsync(db => db.Messages.AsNoTracking().SingleAsync(m => m.Id == id, CancellationToken));

    internal Task<int> CountAsync(string device) => Host.QueryAsync(db => db.Messages.CountAsync(m => m.PhoneNumber == device, CancellationToken));
}

/// <summary>The same with the files in the database, and that on PostgreSQL.</summary>
public sealed class DatabaseMediaGateway(RedisServer redis, PostgresServer postgres) : MediaGateway(redis)
{
    public override async ValueTask InitializeAsync()
    {
        Host.Settings["ConnectionStrings:wadb"] = await postgres.NameDatabaseAsync(TestContext.Current.CancellationToken);
        await base.InitializeAsync();
        Assert.IsType<DatabaseMediaStore>(Media);
    }
}
