using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
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
        builder.Services.TryAddSingleton<MediaStore>();
        return builder;
    }
}
