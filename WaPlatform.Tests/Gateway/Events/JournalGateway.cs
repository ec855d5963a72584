using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.Contracts.Events;
using WaPlatform.Gateway.Access;
using WaPlatform.ServiceDefaults.Events;
using WaPlatform.Tests.Events;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.ProcessHost;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Gateway.Events;

/// <summary>A gateway that follows its journal, and callers that may use some devices only: those that their header names.</summary>
public sealed class JournalGateway(RedisServer redis) : IAsyncLifetime
{
    public const string DevicesHeader = "X-Test-Devices";

    private static long _phones = 5561100000000;

    public GatewayHost Host { get; } = new(redis) { FollowsJournal = true, Configure = LimitDevices };

    public HttpClient Client => Host.Client;

    public string Token => Client.DefaultRequestHeaders.Authorization!.Parameter!;

    /// <summary>A number that no other test has.</summary>
    public static string NextPhone() => $"{Interlocked.Increment(ref _phones)}";

    /// <summary>A second gateway on the same journal, which begins to follow it when it starts.</summary>
    public JournalGateway CreateSecond()
    {
        var second = new JournalGateway(redis);
        second.Host.Settings["ConnectionStrings:wadb"] = $"Data Source={Path.Combine(Host.Directory, "wa.db")}";
        return second;
    }

    public async ValueTask InitializeAsync()
    {
        await Host.InitializeAsync();
        await Host.Services.GetRequiredService<JournalTail>().Ready;
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    /// <summary>For one thread.</summary>
    internal JournalWriter CreateWriter() => new(Host.Services);

    /// <summary>Appends so many events of a device, and returns their cursors once the gateway has heard of them.</summary>
    internal async Task<List<string>> AppendAsync(JournalWriter writer, string phone, int count, string type = EventTypes.StateChanged, string data = "{}")
    {
        var stored = await writer.AppendAsync([.. Enumerable.Range(0, count).Select(_ => writer.Next(phone, type, data))]);
        var tail = Host.Services.GetRequiredService<JournalTail>();
        await RunningHost.UntilAsync(() => Task.FromResult(tail.Last >= stored[^1].Place), () => $"heard up to {tail.Last} of {stored[^1].Place}");
        return [.. stored.Select(e => EventCursor.Of(e.Place))];
    }

    /// <summary>Appends so many events of a device of its own, few or many at a time, and returns their cursors.</summary>
    internal async Task<List<string>> AppendManyAsync(int count, string type)
    {
        var (writer, phone, cursors) = (CreateWriter(), NextPhone(), new List<string>());
        while (cursors.Count < count)
        {
            var batch = Math.Min(1 + (cursors.Count % 23), count - cursors.Count);
            cursors.AddRange((await writer.AppendAsync([.. Enumerable.Range(0, batch).Select(_ => writer.Next(phone, type))])).Select(e => EventCursor.Of(e.Place)));
        }

        return cursors;
    }

    /// <summary>Asks for a page of events.</summary>
    public Task<JsonElement> ListAsync(string query, CancellationToken cancellationToken) => Client.GetFromJsonAsync<JsonElement>($"/api/events{query}", cancellationToken);

    // Until keys have such limits: what the claims would be then.
    private static void LimitDevices(IServiceCollection services) => services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, options =>
    {
        var inner = options.Events.OnTokenValidated;
        options.Events.OnTokenValidated = async context =>
        {
            await inner(context);
            if (context.Principal?.Identity is ClaimsIdentity caller && context.Request.Headers[DevicesHeader] is [{ } devices])
            {
                caller.AddClaims(devices.Split(',').Select(device => new Claim(DeviceAccess.ClaimType, device)));
            }
        };
    });
}
