using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using WaPlatform.ServiceDefaults;
using WaPlatform.ServiceDefaults.Disk;

namespace Microsoft.Extensions.Hosting;

public static class WaDiskExtensions
{
    /// <summary>Watches the disk of the data directory, for services that write there. Several slices of one process may call it. Needs AddWaDatabase.</summary>
    public static TBuilder AddDiskWatch<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Services.Any(service => service.ServiceType == typeof(ReadDiskSpace)))
        {
            return builder;
        }

        builder.Services.AddOptionsWithValidateOnStart<DiskOptions, DiskOptionsValidator>().BindConfiguration(DiskOptions.SectionName);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton(_ => DataDirectory.From(builder.Configuration));
        builder.Services.AddSingleton<ReadDiskSpace>(provider =>
        {
            var drive = new DriveInfo(provider.GetRequiredService<DataDirectory>().Path);
            return () => new DiskSpace(drive.AvailableFreeSpace, drive.TotalSize);
        });
        builder.Services.AddHostedService<DiskWatch>();
        builder.Services.AddHealthChecks().AddCheck<DiskHealthCheck>("data-disk", HealthStatus.Degraded, timeout: TimeSpan.FromSeconds(5));
        return builder;
    }
}
