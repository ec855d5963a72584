namespace WaPlatform.Gateway.Messages;

internal static class MessagesExtensions
{
    public static IServiceCollection AddMessages(this IServiceCollection services)
    {
        services.AddSingleton<MessageIds>();
        services.AddSingleton<MessageMetrics>();
        services.AddSingleton<MessageStore>();
        services.AddHostedService(provider => provider.GetRequiredService<MessageStore>());
        services.AddSingleton<QueueBell>();
        services.AddSingleton<Sender>();
        services.AddSingleton<SendForm>();
        services.AddSingleton<MessageIntake>();
        services.AddSingleton<BulkMedia>();
        services.AddSingleton<BulkIntake>();
        return services;
    }
}
