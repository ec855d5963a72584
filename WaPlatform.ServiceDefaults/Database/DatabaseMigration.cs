using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WaPlatform.Data;

namespace WaPlatform.ServiceDefaults.Database;

/// <summary>
/// Holds up the start of the service until the database is there and has the newest schema: <see cref="StartingAsync"/> ends before the first
/// <see cref="IHostedService.StartAsync"/> of any service begins, the web server's and the silo's too.
/// </summary>
internal sealed partial class DatabaseMigration(
    IDbContextFactory<WaDbContext> databases, IConfiguration configuration, TimeProvider timeProvider, ILogger<DatabaseMigration> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        WaitingRoom? waitingRoom = null;
        try
        {
            for (var delay = FirstDelay; !await TryMigrateAsync(delay, cancellationToken); delay = Longer(delay))
            {
                waitingRoom ??= await WaitingRoom.OpenAsync(configuration, cancellationToken);
                await Task.Delay(delay, timeProvider, cancellationToken);
            }
        }
        finally
        {
            if (waitingRoom is not null)
            {
                await waitingRoom.DisposeAsync();
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static TimeSpan Longer(TimeSpan delay) => TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, LongestDelay.Ticks));

    private async Task<bool> TryMigrateAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        try
        {
            await using var database = await databases.CreateDbContextAsync(cancellationToken);
            await DatabaseMigrator.MigrateAsync(database, timeProvider, cancellationToken);
            return true;
        }
        catch (Exception exception) when (DatabaseMigrator.IsUnavailable(exception))
        {
            Log.Waiting(logger, delay.TotalSeconds, exception.Message);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The database is not there yet; next attempt in {Seconds} s. {Reason}")]
        public static partial void Waiting(ILogger logger, double seconds, string reason);
    }
}
