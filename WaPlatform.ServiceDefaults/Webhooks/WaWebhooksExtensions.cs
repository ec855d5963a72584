using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using WaPlatform.ServiceDefaults.Webhooks;

namespace Microsoft.Extensions.Hosting;

public static class WaWebhooksExtensions
{
    /// <summary>Registers what both sides of webhooks need: those who keep them and those who deliver. Needs AddWaDatabase.</summary>
    public static TBuilder AddWaWebhooks<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddWaSecrets();
        builder.Services.AddOptionsWithValidateOnStart<WebhookOptions, WebhookOptionsValidator>().BindConfiguration(WebhookOptions.SectionName);
        builder.Services.TryAddSingleton<WebhookSecrets>();
        return builder;
    }
}
