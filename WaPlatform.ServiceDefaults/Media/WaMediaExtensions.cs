using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using WaPlatform.ServiceDefaults.Media;

namespace Microsoft.Extensions.Hosting;

public static class WaMediaExtensions
{
    /// <summary>Registers the <see cref="MediaStore"/> that gateways and hosts share.</summary>
    public static TBuilder AddWaMedia<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptionsWithValidateOnStart<MediaOptions, MediaOptionsValidator>().BindConfiguration(MediaOptions.SectionName);
        builder.Services.TryAddSingleton<MediaStore>();
        return builder;
    }
}
