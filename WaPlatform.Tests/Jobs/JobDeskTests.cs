using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Jobs;
using WaPlatform.Data;
using WaPlatform.Data.Devices;
using WaPlatform.Data.Messages;
using WaPlatform.Jobs;
using WaPlatform.Jobs.Schedule;
using WaPlatform.Tests.Data;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.ProcessHost;

namespace WaPlatform.Tests.Jobs;

/// <summary>Jobs that nobody's clock starts here.</summary>
public abstract class JobDeskTests : IAsyncLifetime
{
    private const string Phone = "5511960000002";
    private const string Never = "0 0 1 1 *";

    private readonly FakeDevices _devices = new();
    private IHost _service = null!;

    private protected static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private JobDesk Desk => _service.Services.GetRequiredService<JobDesk>();

    private protected abstract Task<string> NameDatabaseAsync();

    public async ValueTask InitializeAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(
        [
            new("ConnectionStrings:wadb", await NameDatabaseAsync()), new("Jobs:SweepCron", Never), new("Jobs:JournalCron", Never), new("Jobs:UpdateCheckCron", Never),
            new("Jobs:BackupCron", Never), new("Jobs:DrillCron", Never), new("Jobs:CleanupCron", ""),
        ]);
        builder.Services.AddLogging().AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IGrainFactory>(_devices);
        builder.AddWaDatabase();
        builder.AddJobs();
        _service = builder.Build();
        await _service.StartAsync(CancellationToken);
        await using var db = await _service.Services.GetRequiredService<IDbContextFactory<WaDbContext>>().CreateDbContextAsync(CancellationToken);
        db.Devices.Add(new Device { PhoneNumber = Phone, Desired = DesiredState.Running, CreatedAt = DateTimeOffset.UnixEpoch });
        db.Messages.Add(new Message { Id = Guid.CreateVersion7(), PhoneNumber = Phone, To = "5511888888888@s.whatsapp.net", Body = "{}", DueAt = DateTimeOffset.UnixEpoch, CreatedAt = DateTimeOffset.UnixEpoch });
        await db.SaveChangesAsync(CancellationToken);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await _service.StopAsync(CancellationToken.None);
        _service.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task List_BeforeAnyRun_HasEachJobWithItsSchedule()
    {
        await RunningHost.UntilAsync(() => Task.FromResult(Desk.List().Count(job => job.NextRun is not null) == 5), () => "the jobs are not planned");

        var jobs = Desk.List();

        Assert.Equal(["sweep", "journal-retention", "engine-update-check", "backup", "drill", "cleanup"], jobs.Select(job => job.Name));
        Assert.All(jobs.SkipLast(1), job => Assert.Equal((Never, 1, 1), (job.Schedule, job.NextRun!.Value.Day, job.NextRun.Value.Month)));
        Assert.Equal((null, null), (jobs[^1].Schedule, jobs[^1].NextRun));
        Assert.All(jobs, job => Assert.Null(job.LastRun));
    }

    [Fact]
    public async Task Run_AJobThatSucceeds_TellsWhatItDid()
    {
        var asked = Desk.Run("sweep");

        var run = await WaitForAsync(asked, JobOutcome.Succeeded);

        Assert.Equal("Devices woken: 1; not to be woken: 0; expired tokens removed: 0.", run.Detail);
        Assert.InRange(run.DurationMs!.Value, 0, 60_000);
        Assert.Equal(Never, Desk.List()[0].Schedule);
    }

    [Theory]
    [InlineData("drill")]
    [InlineData("cleanup")]
    public async Task Run_AJobThatFails_TellsWhyAlsoWithoutASchedule(string name)
    {
        // Nobody makes backups here, or cleans.
        var run = await WaitForAsync(Desk.Run(name), JobOutcome.Failed);

        Assert.Equal("SiloUnavailableException; the log says more.", run.Detail);
        Assert.All(Desk.List().Where(job => job.Name != name), job => Assert.Null(job.LastRun));
    }

    [Fact]
    public async Task Run_WhileItRuns_IsLeftOut()
    {
        _devices[Phone].Hangs = true;
        var first = Desk.Run("sweep");
        await WaitForAsync(first, JobOutcome.Running);

        Desk.Run("sweep");
        var storage = _service.Services.GetRequiredService<JobStorage>().GetMonitoringApi();
        await RunningHost.UntilAsync(() => Task.FromResult(storage.DeletedListCount() == 1), () => "the second run is not given up");

        Assert.Equal((first.Id, JobOutcome.Running, null), (LastRun("sweep")!.Id, LastRun("sweep")!.Outcome, LastRun("sweep")!.DurationMs));
        Assert.Single(_devices[Phone].Wakes);
    }

    [Fact]
    public void Run_NoSuchJob_IsRefused() => Assert.Equal(ErrorCode.JobNotFound, Assert.Throws<PlatformException>(() => Desk.Run("nothing")).Code);

    private async Task<JobRun> WaitForAsync(JobRunRequest asked, JobOutcome outcome)
    {
        await RunningHost.UntilAsync(() => Task.FromResult(LastRun(asked.Name) is { } run && run.Id == asked.Id && run.Outcome == outcome), () => $"the last run is {LastRun(asked.Name)}");
        return LastRun(asked.Name)!;
    }

    private JobRun? LastRun(string name) => Desk.List().Single(job => job.Name == name).LastRun;
}

public sealed class SqliteJobDeskTests : JobDeskTests
{
    private readonly SqliteTestDatabase _file = new();

    private protected override async Task<string> NameDatabaseAsync() => await _file.NameAnotherAsync(CancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _file.DisposeAsync();
    }
}

public sealed class PostgresJobDeskTests(PostgresServer postgres) : JobDeskTests
{
    private protected override Task<string> NameDatabaseAsync() => postgres.NameDatabaseAsync(CancellationToken);
}
