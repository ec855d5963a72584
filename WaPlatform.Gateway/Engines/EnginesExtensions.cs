using Microsoft.Extensions.DependencyInjection.Extensions;
using WaPlatform.ServiceDefaults.Engines;

namespace WaPlatform.Gateway.Engines;

internal static class EnginesExtensions
{
    public static IServiceCollection AddEngines(this IServiceCollection services)
    {
        services.TryAddSingleton<EngineArchives>();
        services.AddScoped<BroughtArchive>();
        return services;
    }
}
