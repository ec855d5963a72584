using Hangfire;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using WaPlatform.Jobs.Backups;
using WaPlatform.Jobs.Engines;
using WaPlatform.Jobs.Events;
using WaPlatform.Jobs.Schedule;
using WaPlatform.Jobs.Sweeps;

namespace WaPlatform.Jobs;

/// <summary>What the platform does by the clock.</summary>
public static class JobsExtensions
{
    /// <summary>
    /// Runs the platform's recurring jobs in this process. Needs AddServiceDefaults, AddWaDatabase, and an Orleans silo or client in the process.
    /// Any number of processes may do so: each run of a job is one process's.
    /// </summary>
    public static IHostApplicationBuilder AddJobs(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;

        services.AddOptionsWithValidateOnStart<JobsOptions, JobsOptionsValidator>().BindConfiguration(JobsOptions.SectionName)
            .Configure<IConfiguration>(JobsOptions.ApplyOriginalNames);
        services.TryAddSingleton(TimeProvider.System);

        builder.AddWaJournal();
        builder.AddBackups();
        services.AddSingleton<JournalRetention>();
        services.AddSingleton<OverdueQueues>().AddSingleton<ExpiredTokens>().AddSingleton<Sweep>();
        services.AddSingleton<EngineUpdateCheck>();

        builder.AddWaJobStorage();
        services.AddSingleton<IRecurringJobManager>(provider => new RecurringJobManager(provider.GetRequiredService<JobStorage>()));
        services.AddSingleton<JobServer>().AddHostedService(provider => provider.GetRequiredService<JobServer>());
        services.AddHealthChecks().Add(new HealthCheckRegistration("jobs", provider => provider.GetRequiredService<JobServer>(), failureStatus: null, tags: null));
        return builder;
    }
}
