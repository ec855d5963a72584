using MudBlazor;
using MudBlazor.Services;
using WaPlatform.Console.Access;
using WaPlatform.Console.Devices;
using WaPlatform.Console.Events;
using WaPlatform.Console.Http;
using WaPlatform.Console.Layout;
using WaPlatform.Console.Live;
using WaPlatform.Console.Messages;
using WaPlatform.Console.Platform;
using WaPlatform.Console.Simulator;
using WaPlatform.Console.Webhooks;

namespace WaPlatform.Console;

public static class ConsoleServices
{
    /// <param name="address">Where the platform is: the console came from there, and calls nothing else.</param>
    public static IServiceCollection AddConsole(this IServiceCollection services, Uri address)
    {
        services.AddLocalization();
        services.AddMudServices(options =>
        {
            options.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight;
            options.SnackbarConfiguration.PreventDuplicates = true;
            options.SnackbarConfiguration.VisibleStateDuration = 6000;
        });
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new HttpClient { BaseAddress = address });
        services.AddSingleton<BrowserPage>();
        services.AddSingleton<Preferences>();
        services.AddSingleton<Session>();
        services.AddSingleton<ApiClient>();
        services.AddSingleton(provider =>
            new LiveConnection(provider.GetRequiredService<Session>(), new Uri(address, "hubs/events"), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<DevicesClient>();
        services.AddSingleton<MessagesClient>();
        services.AddSingleton<EventsClient>();
        services.AddSingleton<WebhooksClient>();
        services.AddSingleton<AccessClient>();
        services.AddSingleton<PlatformClient>();
        services.AddSingleton<SimulatorClient>();
        services.AddScoped<Notice>();
        return services;
    }
}
