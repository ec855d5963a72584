using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using WaPlatform.ServiceDefaults.Webhooks;

namespace Microsoft.Extensions.Hosting;

public static class WaWebhooksExtensions
{
    private const StringSplitOptions SplitOptions = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;

    /// <summary>Registers what both sides of webhooks need: those who keep them and those who deliver. Needs AddWaDatabase.</summary>
    public static TBuilder AddWaWebhooks<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddWaSecrets();
        builder.Services.AddOptionsWithValidateOnStart<WebhookOptions, WebhookOptionsValidator>().BindConfiguration(WebhookOptions.SectionName)
            .Configure<IConfiguration>(static (options, configuration) =>
            {
                // An environment variable is one text; the binder reads lists alone.
                foreach (var host in (configuration[$"{WebhookOptions.SectionName}:{nameof(WebhookOptions.AllowedHosts)}"] ?? "").Split(',', SplitOptions))
                {
                    options.AllowedHosts.Add(host);
                }
            });
        builder.Services.TryAddSingleton<WebhookSecrets>();
        return builder;
    }
}
