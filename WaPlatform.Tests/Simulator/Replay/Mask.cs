using System.Text.RegularExpressions;

namespace WaPlatform.Tests.Simulator.Replay;

/// <summary>Takes out of a body what no two runs share: times, made ids and the ports of outgoing connections.</summary>
internal static partial class Mask
{
    public static string Varying(string body) => OutgoingPort().Replace(Uuid().Replace(Time().Replace(body, "<time>"), "<uuid>"), "$1<port>");

    public static IEnumerable<string> Uuids(string body) => Uuid().Matches(body).Select(match => match.Value);

    /// <summary>Blanks, on both sides, every slot id that the actual side shows as one of the names.</summary>
    public static (string Recorded, string Actual) Slots(string recorded, string actual, IReadOnlyCollection<string> names)
    {
        var places = SlotId().Matches(actual)
            .Select((match, place) => (Name: match.Groups[1].Value, Place: place))
            .Where(slot => names.Contains(slot.Name))
            .Select(slot => slot.Place)
            .ToHashSet();

        return (Blank(recorded, places), Blank(actual, places));
    }

    private static string Blank(string body, HashSet<int> places)
    {
        var place = 0;
        return SlotId().Replace(body, match => places.Contains(place++) ? "\"id\":\"<slot>\"" : match.Value);
    }

    [GeneratedRegex(@"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z")]
    private static partial Regex Time();

    [GeneratedRegex(@"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uuid();

    [GeneratedRegex(@"(read udp [\d.]+:)\d+")]
    private static partial Regex OutgoingPort();

    [GeneratedRegex("\"(?:id|device)\":\"([^\"]*)\"")]
    private static partial Regex SlotId();
}
