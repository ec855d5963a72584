using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using WaPlatform.ServiceDefaults.Events;

namespace Microsoft.Extensions.Hosting;

public static class WaJournalExtensions
{
    /// <summary>Registers what writers of the journal need. Needs AddWaDatabase and AddWaRedis.</summary>
    public static TBuilder AddWaJournal<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptionsWithValidateOnStart<JournalOptions, JournalOptionsValidator>().BindConfiguration(JournalOptions.SectionName);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<LivePublisher>();
        builder.Services.TryAddSingleton<PlatformJournal>();
        return builder;
    }

    /// <summary>Has <typeparamref name="TListener"/> told of all events. Several slices of one process share one tail.</summary>
    public static TBuilder AddWaJournalListener<TBuilder, TListener>(this TBuilder builder) where TBuilder : IHostApplicationBuilder where TListener : class, IJournalListener
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddWaJournal();
        builder.Services.TryAddSingleton<TListener>();
        builder.Services.AddSingleton<IJournalListener>(provider => provider.GetRequiredService<TListener>());
        if (!builder.Services.Any(service => service.ServiceType == typeof(JournalTail)))
        {
            builder.Services.AddSingleton<JournalTail>();
            builder.Services.AddHostedService(provider => provider.GetRequiredService<JournalTail>());
        }

        return builder;
    }
}
