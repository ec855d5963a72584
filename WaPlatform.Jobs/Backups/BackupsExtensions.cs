using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using WaPlatform.Jobs.Backups.Database;
using WaPlatform.Jobs.Backups.Restore;
using WaPlatform.Jobs.Cleanup;
using WaPlatform.ServiceDefaults;

namespace WaPlatform.Jobs.Backups;

internal static class BackupsExtensions
{
    public static IHostApplicationBuilder AddBackups(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddWaMedia();
        builder.AddDiskWatch();
        services.TryAddSingleton(_ => DataDirectory.From(builder.Configuration));
        services.AddOptionsWithValidateOnStart<BackupOptions, BackupOptionsValidator>().BindConfiguration(BackupOptions.SectionName).Configure<IConfiguration>(BackupOptions.ApplyOriginalNames);
        services.AddSingleton<IValidateOptions<BackupOptions>, PassphraseValidator>();
        services.AddOptionsWithValidateOnStart<CleanupOptions, CleanupOptionsValidator>().BindConfiguration(CleanupOptions.SectionName);

        services.AddSingleton(provider => PlatformDatabase.From(provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<IOptions<BackupOptions>>().Value));
        services.AddSingleton(provider => RestorePlace.From(provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<DataDirectory>()));
        services.AddSingleton<BackupCatalog>(provider => new BackupCatalog(provider.GetRequiredService<IOptions<BackupOptions>>(), provider.GetRequiredService<DataDirectory>()));
        services.AddSingleton<HostSessions>().AddSingleton<BackupMaker>().AddSingleton<BackupDrill>().AddSingleton<RestoreStager>().AddSingleton<SessionSchemas>().AddSingleton<DeviceRestore>();
        services.AddSingleton<BackupJob>();
        services.AddSingleton<BackupDesk>().AddHostedService(provider => provider.GetRequiredService<BackupDesk>());
        services.AddSingleton<OldRows>().AddSingleton<PlatformCleanup>().AddSingleton<CleanupJob>();
        services.AddHealthChecks().AddCheck<BackupHealthCheck>("backups", HealthStatus.Degraded, timeout: TimeSpan.FromSeconds(5));
        return builder;
    }
}
