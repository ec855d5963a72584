using WaPlatform.Contracts.Events;

namespace WaPlatform.ServiceDefaults.Events;

/// <summary>Somebody who is told of every event by <see cref="JournalTail"/>.</summary>
public interface IJournalListener
{
    /// <summary>Called once, before all else: events after this place will be told.</summary>
    void Begin(long place)
    {
    }

    /// <summary>Called with one or more events, in the journal's order, by one thread at a time. Must not wait.</summary>
    void Hear(IReadOnlyList<DeviceEvent> events);
}
