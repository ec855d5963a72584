using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Events;
using WaPlatform.Data;
using WaPlatform.Data.Events;

namespace WaPlatform.ServiceDefaults.Disk;

/// <summary>Tells of a disk that is running full while there is still time: in the log and in the journal, once for each change.</summary>
internal sealed partial class DiskWatch(ReadDiskSpace read, GroupCommit writes, IOptions<DiskOptions> options, TimeProvider timeProvider, ILogger<DiskWatch> logger) : BackgroundService
{
    private DiskLevel _told = DiskLevel.Ok;

    /// <summary>Looks once.</summary>
    internal async Task LookAsync()
    {
        try
        {
            var space = read();
            var level = DiskPolicy.Judge(space, options.Value);
            if (level != _told)
            {
                _told = level;
                Tell(level, space);
                await AppendAsync(level, space);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException || exception.IsDatabaseUnavailable())
        {
            // The log has it; a full disk may well be why the journal can't.
            Log.NotTold(logger, exception.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await LookAsync();
            await Task.Delay(options.Value.Interval, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task<long> AppendAsync(DiskLevel level, DiskSpace space) => writes.RunAsync(
        db => db.AppendAsync(
            [
                new JournalEvent
                {
                    Type = EventTypes.DiskSpace,
                    Source = EventSource.Platform,
                    At = timeProvider.GetDatabaseTime(),
                    Data = JsonSerializer.Serialize(new DiskSpaceData(WireJson.NameOf(level), Environment.MachineName, space.Free, space.Total), WireJson.Options),
                },
            ], CancellationToken.None),
        last: true);

    private void Tell(DiskLevel level, DiskSpace space)
    {
        switch (level)
        {
            case DiskLevel.Critical:
                Log.Critical(logger, space.Free, space.Total);
                break;
            case DiskLevel.Low:
                Log.Low(logger, space.Free, space.Total);
                break;
            default:
                Log.Ok(logger, space.Free);
                break;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The data directory's disk is nearly full: {Free} of {Total} bytes are free. Sessions and messages can't be written soon.")]
        public static partial void Critical(ILogger logger, long free, long total);

        [LoggerMessage(2, LogLevel.Warning, "The data directory's disk is running full: {Free} of {Total} bytes are free.")]
        public static partial void Low(ILogger logger, long free, long total);

        [LoggerMessage(3, LogLevel.Information, "The data directory's disk has room again: {Free} bytes.")]
        public static partial void Ok(ILogger logger, long free);

        [LoggerMessage(4, LogLevel.Warning, "The disk's space could not be read, or could not be told of in the journal. {Reason}")]
        public static partial void NotTold(ILogger logger, string reason);
    }
}
