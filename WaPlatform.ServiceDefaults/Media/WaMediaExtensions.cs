using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using WaPlatform.Data.Sqlite;
using WaPlatform.ServiceDefaults.Cluster;
using WaPlatform.ServiceDefaults.Media;

namespace Microsoft.Extensions.Hosting;

public static class WaMediaExtensions
{
    private const StringSplitOptions SplitOptions = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;

    /// <summary>Registers the <see cref="MediaStore"/> that gateways and hosts share.</summary>
    public static TBuilder AddWaMedia<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptionsWithValidateOnStart<MediaOptions, MediaOptionsValidator>().BindConfiguration(MediaOptions.SectionName)
            .Configure<IConfiguration>(static (options, configuration) =>
            {
                // An environment variable is one text; the binder reads lists alone.
                foreach (var host in (configuration[$"{MediaOptions.SectionName}:{nameof(MediaOptions.AllowedHosts)}"] ?? "").Split(',', SplitOptions))
                {
                    options.AllowedHosts.Add(host);
                }
            });
        var usual = DefaultPlace(builder.Configuration);
        builder.Services.TryAddSingleton<MediaStore>(provider =>
            (provider.GetRequiredService<IOptions<MediaOptions>>().Value.Store ?? usual) == MediaPlace.Database
                ? ActivatorUtilities.CreateInstance<DatabaseMediaStore>(provider)
                : ActivatorUtilities.CreateInstance<DirectoryMediaStore>(provider));
        return builder;
    }

    // Services that meet in Redis may be on several machines, and then the database is what they share.
    private static MediaPlace DefaultPlace(IConfiguration configuration) =>
        ClusterSettings.From(configuration).UsesRedis && configuration.GetConnectionString("wadb") is { } database && !SqliteWaDatabase.Recognizes(database)
            ? MediaPlace.Database
            : MediaPlace.Directory;
}
