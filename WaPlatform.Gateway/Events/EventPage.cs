namespace WaPlatform.Gateway.Events;

/// <summary>Some of the events after a place, oldest first.</summary>
/// <param name="End">Whoever has these goes on after it: there is nothing else up to there.</param>
/// <param name="IsFull">There may be more at once.</param>
/// <param name="Missed">Events after the place were removed from the journal.</param>
internal sealed record EventPage(IReadOnlyList<ToldEvent> Events, long End, bool IsFull, bool Missed);
