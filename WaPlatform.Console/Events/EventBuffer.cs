using WaPlatform.Console.Live;

namespace WaPlatform.Console.Events;

/// <summary>The newest events that came in, each once: a hub that replays after a loss may tell one again.</summary>
public sealed class EventBuffer(int capacity)
{
    private readonly LinkedList<JournalEvent> _events = new();
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    public int Count => _events.Count;

    /// <summary>Newest first.</summary>
    public IEnumerable<JournalEvent> Newest => _events;

    /// <returns>False if it was there already.</returns>
    public bool Add(JournalEvent entry)
    {
        if (!_ids.Add(entry.Id))
        {
            return false;
        }

        _events.AddFirst(entry);
        if (_events.Count > capacity)
        {
            _ids.Remove(_events.Last!.Value.Id);
            _events.RemoveLast();
        }

        return true;
    }

    public void Clear()
    {
        _events.Clear();
        _ids.Clear();
    }
}
