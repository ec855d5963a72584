using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.Common;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using LogProvider = Hangfire.Logging.LogProvider;

namespace WaPlatform.Jobs.Schedule;

/// <summary>
/// Plans the recurring jobs and works on what comes due. Starts once the database has its schema, as every hosted service does, and tries again
/// while Hangfire's storage can't be opened.
/// </summary>
internal sealed partial class JobServer(
    IServiceProvider services, IServiceScopeFactory scopes, JobPlan plan, JobOutcomes outcomes, ILoggerFactory loggers, TimeProvider timeProvider, ILogger<JobServer> logger)
    : BackgroundService, IHealthCheck
{
    // A backup and a drill may take long, one of each; there must be some left for what comes each minute.
    private const int Workers = 4;
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
        foreach (var job in plan.Jobs)
        {
            Plan(schedule, job);
        }

        // Beside Hangfire's own, and inside the attributes of the jobs: a run that those leave out has no outcome.
        var filters = new JobFilterCollection();
        filters.Add(outcomes, order: 0);
        using var server = new BackgroundJobServer(
            new BackgroundJobServerOptions
            {
                WorkerCount = Workers,
                SchedulePollingInterval = WaJobStorageExtensions.JobPollInterval,
                StopTimeout = StopPatience,
                ShutdownTimeout = StopPatience,
                Activator = new AspNetCoreJobActivator(scopes),
                FilterProvider = new JobFilterProviderCollection([.. JobFilterProviders.Providers, filters]),
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
    private static void Plan(IRecurringJobManager schedule, PlannedJob job)
    {
        if (job.Cron.Length > 0)
        {
            schedule.AddOrUpdate(job.Name, job.Job, job.Cron, new RecurringJobOptions());
        }
        else
        {
            schedule.RemoveIfExists(job.Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The jobs could not be started; next attempt in {Seconds} s.")]
        public static partial void NotStarted(ILogger logger, double seconds, Exception exception);
    }
}
