using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Devices;

namespace WaPlatform.ProcessHost.Devices;

/// <summary>Sees to it, from every host, that the cluster has its <see cref="FleetGrain"/>.</summary>
internal sealed partial class FleetKeeper(IGrainFactory grains, IOptions<SupervisionOptions> options, TimeProvider timeProvider, ILogger<FleetKeeper> logger) : BackgroundService
{
    // Less than Orleans': the host that had the grain may have just died.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await grains.GetGrain<IFleetGrain>(0).EnsureRunningAsync().WaitAsync(Patience, timeProvider, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // By design: the cluster may be forming, or the host that had the grain just died.
                Log.NotThereYet(logger, exception.Message);
            }

            await Task.Delay(options.Value.FleetInterval, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "The fleet keeper can't be reached: {Why}")]
        public static partial void NotThereYet(ILogger logger, string why);
    }
}
