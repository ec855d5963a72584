using Hangfire;
using Hangfire.AspNetCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using WaPlatform.Jobs.Backups;
using WaPlatform.Jobs.Cleanup;
using WaPlatform.Jobs.Engines;
using WaPlatform.Jobs.Events;
using WaPlatform.Jobs.Sweeps;
using LogProvider = Hangfire.Logging.LogProvider;

namespace WaPlatform.Jobs.Schedule;

/// <summary>
/// Plans the recurring jobs and works on what comes due. Starts once the database has its schema, as every hosted service does, and tries again
/// while Hangfire's storage can't be opened.
/// </summary>
internal sealed partial class JobServer(
    IServiceProvider services, IServiceScopeFactory scopes, IOptions<JobsOptions> options, ILoggerFactory loggers, TimeProvider timeProvider, ILogger<JobServer> logger)
    : BackgroundService, IHealthCheck
{
    private const int Workers = 2;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    // Jobs are told at once, and end between two batches.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    private volatile bool _isRunning;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        _isRunning ? HealthCheckResult.Healthy() : new HealthCheckResult(context.Registration.FailureStatus, "The jobs are not running."));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Of the whole process: Hangfire has one place for them.
        GlobalConfiguration.Configuration.SetDataCompatibilityLevel(CompatibilityLevel.Version_180).UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings();
        LogProvider.SetCurrentLogProvider(new AspNetCoreLogProvider(loggers));
        try
        {
            await KeepRunningAsync(stoppingToken);
        }
        finally
        {
            // The loggers end with this service.
            LogProvider.SetCurrentLogProvider(null);
        }
    }

    private async Task KeepRunningAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // By design: a storage that is away now must not end the service.
                Log.NotStarted(logger, RetryDelay.TotalSeconds, exception);
                await Task.Delay(RetryDelay, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        var storage = services.GetRequiredService<JobStorage>();
        var schedule = services.GetRequiredService<IRecurringJobManager>();
        Plan<Sweep>(schedule, Sweep.Id, job => job.RunAsync(CancellationToken.None), options.Value.SweepCron);
        Plan<JournalRetention>(schedule, JournalRetention.Id, job => job.RunAsync(CancellationToken.None), options.Value.JournalCron);
        Plan<EngineUpdateCheck>(schedule, EngineUpdateCheck.Id, job => job.RunAsync(CancellationToken.None), options.Value.UpdateCheckCron);
        Plan<BackupJob>(schedule, BackupJob.BackupId, job => job.BackUpAsync(CancellationToken.None), options.Value.BackupCron);
        Plan<BackupJob>(schedule, BackupJob.DrillId, job => job.DrillAsync(CancellationToken.None), options.Value.DrillCron);
        Plan<CleanupJob>(schedule, CleanupJob.Id, job => job.RunAsync(CancellationToken.None), options.Value.CleanupCron);

        using var server = new BackgroundJobServer(
            new BackgroundJobServerOptions
            {
                WorkerCount = Workers,
                SchedulePollingInterval = WaJobStorageExtensions.JobPollInterval,
                StopTimeout = StopPatience,
                ShutdownTimeout = StopPatience,
                Activator = new AspNetCoreJobActivator(scopes),
            },
            storage);
        _isRunning = true;
        await Task.Delay(Timeout.InfiniteTimeSpan, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        _isRunning = false;
        server.SendStop();
        using var patience = new CancellationTokenSource(StopPatience, timeProvider);
        await server.WaitForShutdownAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // The schedule is kept: one that is not wished for any more has to go.
    private static void Plan<T>(IRecurringJobManager schedule, string id, System.Linq.Expressions.Expression<Func<T, Task>> run, string cron)
    {
        if (cron.Length > 0)
        {
            schedule.AddOrUpdate(id, run, cron);
        }
        else
        {
            schedule.RemoveIfExists(id);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The jobs could not be started; next attempt in {Seconds} s.")]
        public static partial void NotStarted(ILogger logger, double seconds, Exception exception);
    }
}
