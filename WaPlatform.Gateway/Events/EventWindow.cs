using System.Runtime.InteropServices;
using System.Text.Json;
using WaPlatform.Contracts.Events;
using WaPlatform.ServiceDefaults.Events;

namespace WaPlatform.Gateway.Events;

/// <summary>
/// The newest events, in memory: whoever follows the journal (event streams, a hub connection that resumes) takes them from here, as whole as they were told,
/// and need not ask the database for each. It is one for all, so a reader that falls back costs nothing: it reads from the journal again.
/// </summary>
internal sealed class EventWindow(TimeProvider timeProvider) : IJournalListener
{
    private const int MaxEvents = 10_000;

    // Of their data, in bytes; one that is larger than all of it is kept alone.
    private const long MaxLength = 16 * 1024 * 1024;

    // Removed from the front in parts: a list moves all that is behind.
    private const int Part = 1000;

    // What the journal is not to keep (Events:KeepBodies) is not kept here either.
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly List<Entry> _entries = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _gone;
    private long _length;

    // All events after the first and up to the second are here.
    private long _start = long.MaxValue;
    private long _end;

    /// <summary>Completes once the journal is followed.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Place of the newest event.</summary>
    public long End
    {
        get
        {
            lock (_lock)
            {
                return _end;
            }
        }
    }

    /// <summary>Completes with the next event. To be asked for before reading.</summary>
    public Task More
    {
        get
        {
            lock (_lock)
            {
                return _more.Task;
            }
        }
    }

    public void Begin(long place)
    {
        lock (_lock)
        {
            _start = _end = place;
        }

        _ready.TrySetResult();
    }

    public void Hear(IReadOnlyList<DeviceEvent> events)
    {
        TaskCompletionSource more;
        lock (_lock)
        {
            var now = timeProvider.GetTimestamp();
            foreach (var e in events)
            {
                var entry = new Entry(new ToldEvent(e), LengthOf(e), now);
                _entries.Add(entry);
                _length += entry.Length;
                _end = e.Place;
            }

            Trim();
            (more, _more) = (_more, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        more.SetResult();
    }

    /// <returns>Null if something after that place is no longer here.</returns>
    public EventPage? Read(long after, EventFilter filter, int limit)
    {
        lock (_lock)
        {
            Trim();
            if (after < _start)
            {
                return null;
            }

            var events = new List<ToldEvent>();
            for (var i = IndexAfter(after); i < _entries.Count; i++)
            {
                if (!filter.Matches(_entries[i].Told.Event))
                {
                    continue;
                }

                events.Add(_entries[i].Told);
                if (events.Count == limit)
                {
                    return new EventPage(events, events[^1].Place, IsFull: true, Missed: false);
                }
            }

            return new EventPage(events, Math.Max(after, _end), IsFull: false, Missed: false);
        }
    }

    private void Trim()
    {
        while (_gone < _entries.Count && IsTooMuch(_entries[_gone]))
        {
            _start = _entries[_gone].Told.Place;
            _length -= _entries[_gone].Length;

            // Lets go of the event; its place in the list stays until a part is empty.
            _entries[_gone++] = default;
        }

        if (_gone >= Part || _gone == _entries.Count)
        {
            _entries.RemoveRange(0, _gone);
            _gone = 0;
        }
    }

    private bool IsTooMuch(Entry oldest) =>
        _entries.Count - _gone > MaxEvents || (_length > MaxLength && _entries.Count - _gone > 1) || timeProvider.GetElapsedTime(oldest.HeardAt) > MaxAge;

    private int IndexAfter(long place)
    {
        var (low, high) = (_gone, _entries.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _entries[middle].Told.Place > place ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private static int LengthOf(DeviceEvent e) => e.Data.ValueKind == JsonValueKind.Undefined ? 0 : JsonMarshal.GetRawUtf8Value(e.Data).Length;

    private readonly record struct Entry(ToldEvent Told, int Length, long HeardAt);
}
