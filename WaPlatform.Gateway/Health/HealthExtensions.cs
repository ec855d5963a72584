using Microsoft.Extensions.Diagnostics.HealthChecks;
using WaPlatform.Data.Sqlite;
using WaPlatform.Gateway.Hosts;
using WaPlatform.ServiceDefaults;

namespace WaPlatform.Gateway.Health;

internal static class HealthExtensions
{
    // Each for itself: they run side by side.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static IServiceCollection AddHealth(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<HealthOptions, HealthOptionsValidator>().BindConfiguration(HealthOptions.SectionName);
        services.AddSingleton<FleetHealth>();
        services.AddSingleton<ApiLatency>().AddHostedService(provider => provider.GetRequiredService<ApiLatency>());
        services.AddHealthChecks()
            .AddCheck<ClusterHealthCheck>("cluster", HealthStatus.Degraded, timeout: Patience)
            .AddCheck<EngineHealthCheck>("engine", HealthStatus.Degraded, [HealthTags.Detail], Patience)
            .AddCheck<DiskHealthCheck>("disk", HealthStatus.Degraded, [HealthTags.Detail], Patience);
        if (!SqliteWaDatabase.Recognizes(configuration.GetConnectionString("wadb") ?? ""))
        {
            services.PostConfigure<HealthCheckServiceOptions>(AddJobs);
        }

        return services;
    }

    // Where the jobs run in this process, they speak for themselves.
    private static void AddJobs(HealthCheckServiceOptions options)
    {
        if (options.Registrations.All(check => check.Name != JobsHealthCheck.Name))
        {
            options.Registrations.Add(new HealthCheckRegistration(
                JobsHealthCheck.Name, provider => ActivatorUtilities.CreateInstance<JobsHealthCheck>(provider), HealthStatus.Degraded, [HealthTags.Detail], Patience));
        }
    }
}
