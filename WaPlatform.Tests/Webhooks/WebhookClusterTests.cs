using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WaPlatform.Contracts.Events;
using WaPlatform.Data;
using WaPlatform.Data.Webhooks;
using WaPlatform.ServiceDefaults;
using WaPlatform.ServiceDefaults.Webhooks;
using WaPlatform.Tests.Cluster;
using WaPlatform.Tests.Events;
using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.ProcessHost;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Webhooks;

/// <summary>Two jobs services as processes, fifty receivers of which ten are hostile, and one that is not there until the end.</summary>
public sealed class WebhookClusterTests(PostgresServer postgres, RedisServer redis)
{
    private const int Receivers = 50;
    private const int HostileReceivers = 10;
    private const int EventsOfAPart = 60;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Jobs_AreKilledAndStandStill_EveryHealthyReceiverGetsEverythingInOrder()
    {
        var stores = new Dictionary<string, string> { ["ConnectionStrings__wadb"] = await postgres.NameDatabaseAsync(CancellationToken), ["ConnectionStrings__redis"] = await redis.CreateDatabaseAsync(CancellationToken) };
        using var writer = CreateWriter(stores);
        await writer.StartAsync(CancellationToken);
        await using var receiver = await Receiver.StartAsync();
        using var port = new ReservedPort(IPAddress.Loopback);
        for (var hostile = 0; hostile < HostileReceivers; hostile++)
        {
            receiver.Answer($"/{hostile}", Hostile.All[hostile % Hostile.All.Length]);
        }

        var secret = SigningSecret.Create();
        await SubscribeAsync(writer, secret, [.. Enumerable.Range(0, Receivers).Select(number => receiver.Url($"/{number}")), $"http://127.0.0.1:{port.Number}/late"]);

        var directory = Directory.CreateTempSubdirectory("wa-webhook-jobs-").FullName;
        await using var one = Jobs("jobs-1", directory, stores);
        await using var other = Jobs("jobs-2", directory, stores);
        await Task.WhenAll(one.StartAsync(CancellationToken), other.StartAsync(CancellationToken));

        var events = new List<string>(await AppendAsync(writer));
        await one.KillAsync(CancellationToken);
        events.AddRange(await AppendAsync(writer));
        await one.StartAsync(CancellationToken);
        await WaitForAsync(receiver, events.Count);

        // It is taken for dead, and others deliver what was its; when it goes on it joins anew, as the same process.
        var pid = other.Pid;
        other.Suspend();
        events.AddRange(await AppendAsync(writer));
        await WaitForAsync(receiver, events.Count);
        other.Resume();
        await RunningHost.UntilAsync(() => Task.FromResult(other.Lines.Any(line => line.Contains("joins anew", StringComparison.Ordinal))), () => string.Join('\n', other.Lines.TakeLast(20)));
        await other.ReadyAsync(CancellationToken);
        Assert.Equal(pid, other.Pid);

        for (var number = HostileReceivers; number < Receivers; number++)
        {
            var posted = receiver.At($"/{number}");

            // What was posted and not written down when a process was killed comes again; nothing comes before its turn.
            Assert.Equal(events, posted.Select(request => request.Id).Distinct());
            Assert.All(posted, request => Assert.True(request.IsSignedWith(secret)));
        }

        for (var hostile = 0; hostile < HostileReceivers; hostile++)
        {
            // None of them has taken the first one: nothing that comes after it was even tried. Who is slow answers well, if too late, and a process that
            // stood still meanwhile may find the answer before it looks at the time.
            var ids = receiver.At($"/{hostile}").Select(request => request.Id).Distinct().ToList();
            Assert.NotEmpty(ids);
            Assert.Equal(events.Take(Hostile.All[hostile % Hostile.All.Length] == Hostile.SlowAsync ? ids.Count : 1), ids);
        }

        await using var late = await Receiver.StartAsync(port.Number);
        await RunningHost.UntilAsync(() => Task.FromResult(late.At("/late").Select(request => request.Id).Distinct().Count() == events.Count), () => $"{late.At("/late").Count} came late");
        Assert.Equal(events, late.At("/late").Select(request => request.Id).Distinct());

        await Task.WhenAll(one.TerminateAsync(CancellationToken), other.TerminateAsync(CancellationToken));
        await writer.StopAsync(CancellationToken);
        Directory.Delete(directory, recursive: true);
    }

    private static ServiceProcess Jobs(string name, string directory, Dictionary<string, string> stores) => new("WaPlatform.Jobs", name, Path.Combine(directory, name), new Dictionary<string, string>(stores)
    {
        ["Webhooks__AllowedHosts__0"] = "127.0.0.1",
        ["Webhooks__Timeout"] = "00:00:01",
        ["Webhooks__MaxRetryDelay"] = "00:00:02",
    });

    private static IHost CreateWriter(Dictionary<string, string> stores)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(stores.Select(store => new KeyValuePair<string, string?>(store.Key.Replace("__", ":", StringComparison.Ordinal), store.Value)));
        builder.Services.AddLogging().AddSingleton(TimeProvider.System);
        builder.AddWaDatabase();
        builder.AddWaRedis();
        builder.AddWaJournal();
        builder.AddWaWebhooks();
        return builder.Build();
    }

    private static async Task SubscribeAsync(IHost writer, string secret, string[] urls)
    {
        var secrets = writer.Services.GetRequiredService<WebhookSecrets>();
        await using var db = await writer.Services.GetRequiredService<IDbContextFactory<WaDbContext>>().CreateDbContextAsync(CancellationToken);
        db.Webhooks.AddRange(urls.Select(url => new Webhook { Id = Guid.CreateVersion7(), Url = url, Events = ["message.*"], Secret = secrets.Protect(secret), Active = true }));
        await db.SaveChangesAsync(CancellationToken);
    }

    // Their cursors.
    private static async Task<IReadOnlyList<string>> AppendAsync(IHost writer)
    {
        var journal = new JournalWriter(writer.Services);
        var ids = new List<string>();
        var phone = WebhookPlatform.NextPhone();
        foreach (var some in Enumerable.Range(0, EventsOfAPart).Chunk(5))
        {
            var stored = await journal.AppendAsync([.. some.Select(_ => journal.Next(phone, EventTypes.MessageReceived))]);
            ids.AddRange(stored.Select(e => EventCursor.Of(e.Place)));
        }

        return ids;
    }

    private static Task WaitForAsync(Receiver receiver, int count) => RunningHost.UntilAsync(
        () => Task.FromResult(Enumerable.Range(HostileReceivers, Receivers - HostileReceivers).All(number => receiver.At($"/{number}").Select(request => request.Id).Distinct().Count() == count)),
        () => string.Join(' ', Enumerable.Range(0, Receivers).Select(number => $"{number}:{receiver.At($"/{number}").Count}")));
}
