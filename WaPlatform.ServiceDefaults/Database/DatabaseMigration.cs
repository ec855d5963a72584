using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WaPlatform.Data;

namespace WaPlatform.ServiceDefaults.Database;

/// <summary>
/// Holds up the start of the service until the database is there and has the newest schema: <see cref="StartingAsync"/> ends before the first
/// <see cref="IHostedService.StartAsync"/> of any service begins, the web server's and the silo's too.
/// </summary>
internal sealed partial class DatabaseMigration(
    IDbContextFactory<WaDbContext> databases, TimeProvider timeProvider, ILogger<DatabaseMigration> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    /// <summary>Why the database cannot be used yet; null once it can.</summary>
    public string? Obstacle { get; private set; } = "The schema is being brought up to date.";

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        for (var delay = FirstDelay; ; delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, LongestDelay.Ticks)))
        {
            try
            {
                await using var database = await databases.CreateDbContextAsync(cancellationToken);
                await DatabaseMigrator.MigrateAsync(database, timeProvider, cancellationToken);
                Obstacle = null;
                return;
            }
            catch (Exception exception) when (DatabaseMigrator.IsUnavailable(exception))
            {
                Obstacle = $"The database is not there yet: {exception.Message}";
                Log.Waiting(logger, delay.TotalSeconds, exception.Message);
            }

            await Task.Delay(delay, timeProvider, cancellationToken);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The database is not there yet; next attempt in {Seconds} s. {Reason}")]
        public static partial void Waiting(ILogger logger, double seconds, string reason);
    }
}
