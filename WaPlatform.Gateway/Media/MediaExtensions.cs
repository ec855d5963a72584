namespace WaPlatform.Gateway.Media;

internal static class MediaExtensions
{
    public static IServiceCollection AddMedia(this IServiceCollection services)
    {
        services.AddSingleton<MediaFetcher>();
        services.AddSingleton<MediaSweep>();
        services.AddHostedService(provider => provider.GetRequiredService<MediaSweep>());
        return services;
    }
}
