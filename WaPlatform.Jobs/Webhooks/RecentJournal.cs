using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Events;
using WaPlatform.Data;
using WaPlatform.Data.Events;
using WaPlatform.ServiceDefaults.Events;

namespace WaPlatform.Jobs.Webhooks;

/// <summary>Events after a place.</summary>
/// <param name="Events">In the journal's order.</param>
/// <param name="End">Up to here nothing else is to be looked at.</param>
/// <param name="IsCut">Some that were there are removed by now.</param>
internal sealed record JournalPage(IReadOnlyList<OutgoingEvent> Events, long End, bool IsCut = false);

/// <summary>
/// The journal as webhooks read it. Its newest part is read once for all webhooks of this process and kept in memory, within bounds; who is behind that
/// reads for itself, and holds up nobody. Always the table's text, never that of the live channel: what is posted again is the same.
/// </summary>
internal sealed partial class RecentJournal(IDbContextFactory<WaDbContext> databases, TimeProvider timeProvider, ILogger<RecentJournal> logger) : BackgroundService, IJournalListener
{
    private const int PageSize = 200;
    private const int LoadSize = 1000;
    private const int MaxEvents = 4000;
    private const int MaxCharacters = 16 * 1024 * 1024;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Pulse _told = new();
    private readonly Pulse _grown = new();
    private volatile Window _window = new([], 0, 0);

    /// <summary>Completes when there is more than at the time of asking.</summary>
    public Task Grown => _grown.Next;

    public void Hear(IReadOnlyList<DeviceEvent> events) => _told.Beat();

    /// <summary>The next events after a place.</summary>
    /// <param name="devices">Others may be left out; null = all are wanted.</param>
    public async Task<JournalPage> ReadAsync(long place, IReadOnlyCollection<string>? devices, CancellationToken cancellationToken)
    {
        await _ready.Task.WaitAsync(cancellationToken);
        var window = _window;
        if (place >= window.Start)
        {
            return new JournalPage(window.After(place, PageSize, out var end), end);
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db.Events.After(place, devices).Where(e => e.Id <= window.Start).Take(PageSize).ToListAsync(cancellationToken);
        var isCut = await db.JournalHorizons.AnyAsync(horizon => horizon.Place > place, cancellationToken);
        return new JournalPage(rows.ConvertAll(row => new OutgoingEvent(row)), rows.Count < PageSize ? window.Start : rows[^1].Id, isCut);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // By design: whatever it was, the place where it stopped is known.
                Log.NotRead(logger, exception);
                await Task.Delay(RetryDelay, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                // The platform stops.
            }
        }

        _ready.TrySetCanceled(CancellationToken.None);
    }

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        if (!_ready.Task.IsCompleted)
        {
            await using var db = await databases.CreateDbContextAsync(stoppingToken);
            var last = await db.LastEventAsync(stoppingToken);
            _window = new Window([], last, last);
            _ready.TrySetResult();
            _grown.Beat();
        }

        while (true)
        {
            var told = _told.Next;
            if (!await GrowAsync(stoppingToken))
            {
                await told.WaitAsync(stoppingToken);
            }
        }
    }

    // False if there was nothing new.
    private async Task<bool> GrowAsync(CancellationToken stoppingToken)
    {
        await using var db = await databases.CreateDbContextAsync(stoppingToken);
        var window = _window;
        var rows = await db.Events.After(window.End, devices: null).Take(LoadSize).ToListAsync(stoppingToken);
        if (rows.Count == 0)
        {
            return false;
        }

        _window = window.With(rows.ConvertAll(row => new OutgoingEvent(row)));
        _grown.Beat();
        return true;
    }

    // All events after Start and up to End.
    private sealed record Window(OutgoingEvent[] Events, long Start, long End)
    {
        public OutgoingEvent[] After(long place, int max, out long end)
        {
            var first = Array.FindIndex(Events, e => e.Place > place);
            if (first < 0)
            {
                end = Math.Max(place, End);
                return [];
            }

            var page = Events[first..Math.Min(first + max, Events.Length)];
            end = page[^1].Place;
            return page;
        }

        public Window With(List<OutgoingEvent> more)
        {
            OutgoingEvent[] all = [.. Events, .. more];
            var (first, size) = (all.Length, 0L);
            while (first > 0 && all.Length - first < MaxEvents && size + all[first - 1].Size <= MaxCharacters)
            {
                size += all[--first].Size;
            }

            return new Window(all[first..], first == 0 ? Start : all[first - 1].Place, all[^1].Place);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The journal can't be read for webhooks; trying again.")]
        public static partial void NotRead(ILogger logger, Exception exception);
    }
}
