using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace WaPlatform.ServiceDefaults.Stopping;

/// <summary>
/// Gives requests in flight a few seconds when the service stops, and ends them then. The web server stops first of all, within the time of the
/// whole stop: one request to an engine that hangs would else leave the engines no time to end in order.
/// </summary>
internal sealed class BoundedDrain(IServer server, TimeProvider timeProvider) : IServer
{
    // Engines take up to 15 s of the 25 s that a stop may last.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public IFeatureCollection Features => server.Features;

    /// <summary>Puts itself before the web server, if the service has one.</summary>
    public static void Add(IServiceCollection services)
    {
        if (services.LastOrDefault(service => service.ServiceType == typeof(IServer)) is { ImplementationType: { } type } descriptor)
        {
            services.Remove(descriptor);
            services.AddSingleton<IServer>(provider => new BoundedDrain(
                (IServer)ActivatorUtilities.CreateInstance(provider, type), provider.GetRequiredService<TimeProvider>()));
        }
    }

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken) where TContext : notnull =>
        server.StartAsync(application, cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        await server.StopAsync(either.Token);
    }

    public void Dispose() => server.Dispose();
}
