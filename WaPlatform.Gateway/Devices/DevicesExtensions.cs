namespace WaPlatform.Gateway.Devices;

internal static class DevicesExtensions
{
    public static IServiceCollection AddDevices(this IServiceCollection services)
    {
        services.AddSingleton<DeviceOwners>();
        services.AddSingleton<SilentDevices>();
        services.AddSingleton<DeviceStarts>();
        return services;
    }
}
