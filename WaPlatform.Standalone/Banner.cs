using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using WaPlatform.ServiceDefaults;

namespace WaPlatform.Standalone;

/// <summary>Tells the person at the console, once everything runs, where to go and as whom.</summary>
internal sealed class Banner(IServer server, DataDirectory data, FirstAdmin admin, IConfiguration configuration) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        // One write: log lines of other threads must not come in between.
        return Console.Out.WriteAsync(Text());
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private string Text()
    {
        var url = (server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "").TrimEnd('/');
        var isSimulator = string.Equals(configuration["ENGINE"], "simulator", StringComparison.OrdinalIgnoreCase);
        var engine = (isSimulator, configuration["ENGINE_PATH"]) switch
        {
            (true, null) => "simulator",
            (false, null) => "gowa, from its releases: GET /api/system/engine says which",
            (_, var path) => $"{configuration["ENGINE"]} ({path})",
        };
        var text = $"""

              WaPlatform is running.

              Console  {url}
              API      {url}, described at {url}/docs
              Sign in  {admin.Describe()}
              Engine   {engine}
              Data     {data}


            """;

        return isSimulator ? $"{text}  *** SIMULATOR: nothing reaches WhatsApp. For real numbers: ENGINE=gowa ***\n\n" : text;
    }
}
