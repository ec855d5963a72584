using Microsoft.Extensions.DependencyInjection.Extensions;
using WaPlatform.ServiceDefaults.Engines;

namespace WaPlatform.ProcessHost.Releases;

internal static class ReleasesExtensions
{
    /// <summary>Lets the platform install the engine and bring new versions of it to the devices.</summary>
    public static IServiceCollection AddEngineReleases(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<EngineReleaseOptions, EngineReleaseOptionsValidator>()
            .BindConfiguration(EngineReleaseOptions.SectionName)
            .Configure<IConfiguration>(EngineReleaseOptions.Apply);
        services.AddOptionsWithValidateOnStart<RolloutOptions, RolloutOptionsValidator>().BindConfiguration(RolloutOptions.SectionName);

        services.TryAddSingleton<EngineArchives>();
        services.AddSingleton<EngineStore>().AddSingleton<ReleaseDownload>().AddSingleton<ReleaseFeed>().AddSingleton<ReleaseCatalog>();
        services.AddSingleton<EngineInstaller>().AddHostedService<HostEngines>();

        // Of the grain that has them: they know what it has begun.
        services.AddTransient<RolloutRunner>().AddTransient<EngineUpdates>();
        services.AddSingleton<RolloutDevices>().AddSingleton<RolloutEnd>().AddSingleton<RolloutDesk>();
        return services;
    }
}
