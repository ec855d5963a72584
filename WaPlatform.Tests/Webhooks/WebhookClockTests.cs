using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using WaPlatform.Contracts.Events;
using WaPlatform.Contracts.Webhooks;
using WaPlatform.Data.Webhooks;
using WaPlatform.Jobs;
using WaPlatform.Jobs.Webhooks;
using WaPlatform.ServiceDefaults.Webhooks;
using WaPlatform.Tests.Data;
using WaPlatform.Tests.Events;
using WaPlatform.Tests.ProcessHost;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Webhooks;

/// <summary>What takes days: one deliverer, its clock in the test's hand, its receiver real.</summary>
public sealed class WebhookClockTests(SqliteTestDatabase database, RedisServer redis) : IClassFixture<SqliteTestDatabase>, IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(Start);
    private readonly TaskScheduler _scheduler = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
    private IHost? _host;
    private Receiver? _receiver;
    private WebhookDeliverer? _deliverer;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _receiver = await Receiver.StartAsync();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([
            new("ConnectionStrings:wadb", database.ConnectionString), new("ConnectionStrings:redis", await redis.CreateDatabaseAsync(CancellationToken)),
            new("WAPLATFORM_DATA", Path.GetDirectoryName(database.ConnectionString["Data Source=".Length..])), new("Webhooks:AllowedHosts", "127.0.0.1")]);
        builder.Services.AddLogging().AddMetrics().AddSingleton<TimeProvider>(_clock);
        builder.AddWaDatabase();
        builder.AddWaRedis();
        builder.AddWebhookDelivery();

        // Nothing of it is started but what reads the journal: the cluster's own clock must go on.
        _host = builder.Build();
        await _host.Services.GetRequiredService<RecentJournal>().StartAsync(CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_deliverer is not null)
        {
            await OnSchedulerAsync(_deliverer.StopAsync);
        }

        await _host!.Services.GetRequiredService<RecentJournal>().StopAsync(CancellationToken.None);
        _host.Dispose();
        await _receiver!.DisposeAsync();
    }

    [Fact]
    public async Task Receiver_FailsForDays_IsTriedLessAndLessAndThenSwitchedOff()
    {
        _receiver!.Answer("/dead", 500);
        var id = await BeginAsync("/dead");
        await AppendAsync(10);

        await PassTimeAsync(TimeSpan.FromHours(2), async () => !(await FindAsync(id)).Active);

        var row = await FindAsync(id);
        Assert.Equal(WebhookDisabledReason.Failing, row.DisabledReason);
        Assert.InRange(_clock.GetUtcNow() - Start, TimeSpan.FromDays(5), TimeSpan.FromDays(6));

        // Time passes two hours at a time: each step is an attempt at most, but for the quick ones at the beginning.
        Assert.InRange(_receiver.At("/dead").Count, 5, 80);
        await using var db = await database.OpenAsync(CancellationToken);
        var told = await db.Events.Where(e => e.PhoneNumber == null).OrderBy(e => e.Id).Select(e => new { e.Type, e.Data }).ToListAsync(CancellationToken);
        Assert.Equal([EventTypes.WebhookFailing, EventTypes.WebhookDisabled], told.Where(e => e.Data.Contains($"{id}", StringComparison.Ordinal)).Select(e => e.Type));
        Assert.All(told, e => Assert.Equal("127.0.0.1", JsonElement.Parse(e.Data).GetProperty("host").GetString()));
        Assert.All(told, e => Assert.DoesNotContain("/dead", e.Data, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Event_IsNotTakenForADay_BecomesADeadLetterAndTheNextHasItsTurn()
    {
        var first = true;
        _receiver!.Answer("/poison", (context, posted) =>
        {
            context.Response.StatusCode = first && posted.Event.GetProperty("data").GetProperty("number").GetInt32() == 0 ? 500 : 200;
            return Task.CompletedTask;
        });
        var id = await BeginAsync("/poison");
        await AppendAsync(3);

        await PassTimeAsync(TimeSpan.FromHours(2), async () => (await DeliveriesAsync(id)).Count(delivery => delivery.Status == DeliveryStatus.Delivered) == 2);

        var deliveries = await DeliveriesAsync(id);
        Assert.Equal([DeliveryStatus.Dead, DeliveryStatus.Delivered, DeliveryStatus.Delivered], deliveries.Select(delivery => delivery.Status));
        Assert.True(_clock.GetUtcNow() - Start >= TimeSpan.FromHours(24));
        Assert.Contains("\"number\":0", deliveries[0].Payload, StringComparison.Ordinal);
        var ids = _receiver.At("/poison").Select(posted => posted.Id).ToList();
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Equal(3, ids.Distinct().Count());
    }

    [Fact]
    public async Task Secret_BeforeTheLastRotation_SignsUntilTheOverlapIsOver()
    {
        var (before, now) = (SigningSecret.Create(), SigningSecret.Create());
        await BeginAsync("/overlap", now, before);
        await AppendAsync(1);
        var first = (await _receiver!.WaitForAsync("/overlap", 1))[0];

        _clock.Advance(TimeSpan.FromHours(25));
        await AppendAsync(1);
        var second = (await _receiver.WaitForAsync("/overlap", 2))[1];

        Assert.True(first.IsSignedWith(before) && first.IsSignedWith(now));
        Assert.True(second.IsSignedWith(now) && !second.IsSignedWith(before));
    }

    private async Task<Guid> BeginAsync(string path, string? secret = null, string? previous = null)
    {
        var secrets = _host!.Services.GetRequiredService<WebhookSecrets>();
        await using var db = await database.OpenAsync(CancellationToken);
        var row = new Webhook
        {
            Id = Guid.CreateVersion7(Start),
            Url = _receiver!.Url(path),
            Events = ["message.*"],
            Secret = secrets.Protect(secret ?? SigningSecret.Create()),
            PreviousSecret = previous is null ? null : secrets.Protect(previous),
            PreviousSecretUntil = previous is null ? null : Start.AddHours(24),
            Active = true,
            Cursor = await db.Events.MaxAsync(e => (long?)e.Id, CancellationToken) ?? 0,
        };
        db.Webhooks.Add(row);
        await db.SaveChangesAsync(CancellationToken);
        await OnSchedulerAsync(() =>
        {
            _deliverer = new WebhookDeliverer(row, [], _host.Services.GetRequiredService<WebhookParts>());
            _deliverer.Start();
            return Task.CompletedTask;
        });
        return row.Id;
    }

    private async Task AppendAsync(int count)
    {
        var writer = new JournalWriter(_host!.Services);
        var phone = WebhookPlatform.NextPhone();
        var events = await writer.AppendAsync([.. Enumerable.Range(0, count).Select(number => writer.Next(phone, EventTypes.MessageReceived, $$"""{"number":{{number}}}"""))]);
        _host.Services.GetRequiredService<RecentJournal>().Hear(events);
    }

    // The deliverer may wait, or be in the middle of a request: time passes until what must follow is there.
    private Task PassTimeAsync(TimeSpan step, Func<Task<bool>> until) => RunningHost.UntilAsync(
        async () =>
        {
            if (await until())
            {
                return true;
            }

            _clock.Advance(step);
            return false;
        },
        () => $"{_clock.GetUtcNow():O}");

    private async Task<Webhook> FindAsync(Guid id)
    {
        await using var db = await database.OpenAsync(CancellationToken);
        return await db.Webhooks.AsNoTracking().SingleAsync(w => w.Id == id, CancellationToken);
    }

    private async Task<List<WebhookDelivery>> DeliveriesAsync(Guid id)
    {
        await using var db = await database.OpenAsync(CancellationToken);
        return await db.WebhookDeliveries.AsNoTracking().Where(d => d.WebhookId == id).OrderBy(d => d.Id).ToListAsync(CancellationToken);
    }

    private Task OnSchedulerAsync(Func<Task> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, _scheduler).Unwrap();
}
