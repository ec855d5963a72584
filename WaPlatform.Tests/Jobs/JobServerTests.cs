using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Devices;
using WaPlatform.Data;
using WaPlatform.Data.Devices;
using WaPlatform.Data.Events;
using WaPlatform.Data.Messages;
using WaPlatform.Jobs;
using WaPlatform.Tests.Data;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.ProcessHost;

namespace WaPlatform.Tests.Jobs;

/// <summary>The schedule itself: services that have a database, the jobs, and owners that do what the test says.</summary>
public sealed class JobServerTests(PostgresServer postgres)
{
    private const string Phone = "5511960000001";
    private const string EverySecond = "* * * * * *";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_OnPostgres_RunsTheSweepByItsCron()
    {
        var devices = new FakeDevices();
        using var service = CreateService(await postgres.NameDatabaseAsync(CancellationToken), devices);

        await service.StartAsync(CancellationToken);
        await AddOverdueAsync(service);

        await devices[Phone].WaitForCallAsync(nameof(IDeviceGrain.WakeQueueAsync));
        await service.StopAsync(CancellationToken);
    }

    [Fact]
    public async Task Start_OnSqlite_RunsTheSweepByItsCron()
    {
        await using var file = new SqliteTestDatabase();
        var devices = new FakeDevices();
        using var service = CreateService(await file.NameAnotherAsync(CancellationToken), devices);

        await service.StartAsync(CancellationToken);
        await AddOverdueAsync(service);

        await devices[Phone].WaitForCallAsync(nameof(IDeviceGrain.WakeQueueAsync));
        await service.StopAsync(CancellationToken);
    }

    [Fact]
    public async Task Start_DatabaseIsNotThereYet_WaitsForItAndRunsThen()
    {
        await using var late = new PostgresServer();
        using var service = CreateService(late.NameDatabase(), new FakeDevices());

        var starting = service.StartAsync(CancellationToken);
        Assert.Equal(HealthStatus.Unhealthy, await HealthAsync(service));
        await late.StartAsync(CancellationToken);
        await starting;

        await RunningHost.UntilAsync(async () => await HealthAsync(service) == HealthStatus.Healthy, () => "the jobs do not run");
        await service.StopAsync(CancellationToken);
    }

    [Fact]
    public async Task Start_TwoServicesOnOneDatabase_SweepOneAtATime()
    {
        var database = await postgres.NameDatabaseAsync(CancellationToken);
        var devices = new FakeDevices();
        devices[Phone].Hangs = true;
        using var one = CreateService(database, devices);
        using var other = CreateService(database, devices);

        await Task.WhenAll(one.StartAsync(CancellationToken), other.StartAsync(CancellationToken));
        await AddOverdueAsync(one);
        await devices[Phone].WaitForCallAsync(nameof(IDeviceGrain.WakeQueueAsync));

        // Runs that came due meanwhile found the first one under way, and were given up.
        var storage = one.Services.GetRequiredService<JobStorage>().GetMonitoringApi();
        await RunningHost.UntilAsync(() => Task.FromResult(storage.DeletedListCount() >= 2), () => "no second run came");

        Assert.Single(devices[Phone].Wakes);
        await Task.WhenAll(one.StopAsync(CancellationToken), other.StopAsync(CancellationToken));
    }

    [Fact]
    public async Task Start_OldEvents_AreRemovedByTheirCron()
    {
        await using var file = new SqliteTestDatabase();
        using var service = CreateService(await file.NameAnotherAsync(CancellationToken), new FakeDevices(), "JournalCron");
        await service.StartAsync(CancellationToken);
        await using var db = await service.Services.GetRequiredService<IDbContextFactory<WaDbContext>>().CreateDbContextAsync(CancellationToken);
        db.Events.Add(new JournalEvent { PhoneNumber = Phone, Sequence = 1, Type = "test", Data = "{}", At = DateTimeOffset.UnixEpoch });
        await db.SaveChangesAsync(CancellationToken);

        await RunningHost.UntilAsync(async () => !await db.Events.AnyAsync(CancellationToken), () => "the event is still there");
        await service.StopAsync(CancellationToken);
    }

    [Theory]
    [InlineData("SweepCron", "")]
    [InlineData("SweepCron", "every minute")]
    [InlineData("SweepCron", "61 * * * *")]
    [InlineData("JournalCron", "sometimes")]
    public async Task Start_NoCron_FailsAndSaysSo(string option, string cron)
    {
        await using var file = new SqliteTestDatabase();
        using var service = CreateService(await file.NameAnotherAsync(CancellationToken), new FakeDevices(), option, cron);

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => service.StartAsync(CancellationToken));

        Assert.Contains($"Jobs:{option} is '{cron}'", refused.Message, StringComparison.Ordinal);
    }

    private static IHost CreateService(string database, FakeDevices devices, string option = "SweepCron", string cron = EverySecond)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:wadb", database), new($"Jobs:{option}", cron)]);
        builder.Services.AddLogging().AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IGrainFactory>(devices);
        builder.AddWaDatabase();
        builder.AddJobs();
        return builder.Build();
    }

    private static async Task<HealthStatus> HealthAsync(IHost service) =>
        (await service.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "jobs", CancellationToken)).Status;

    private static async Task AddOverdueAsync(IHost service)
    {
        var then = DateTimeOffset.UnixEpoch;
        await using var db = await service.Services.GetRequiredService<IDbContextFactory<WaDbContext>>().CreateDbContextAsync(CancellationToken);
        db.Devices.Add(new Device { PhoneNumber = Phone, Desired = DesiredState.Running, CreatedAt = then });
        db.Messages.Add(new Message { Id = Guid.CreateVersion7(), PhoneNumber = Phone, To = "5511888888888@s.whatsapp.net", Body = "{}", DueAt = then, CreatedAt = then });
        await db.SaveChangesAsync(CancellationToken);
    }
}
