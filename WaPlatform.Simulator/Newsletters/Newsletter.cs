using System.Globalization;
using System.Text.Json.Nodes;
using WaPlatform.Simulator.Json;

namespace WaPlatform.Simulator.Newsletters;

/// <summary>A channel of the simulated world.</summary>
internal sealed record Newsletter(string Id, string Name, string Description, int Subscribers, IReadOnlyList<NewsletterPost> Posts)
{
    private static readonly DateTimeOffset First = new(2024, 3, 1, 8, 0, 0, TimeSpan.Zero);

    public static readonly IReadOnlyList<Newsletter> Known =
    [
        new("120363024512399999@newsletter", "Harbour bulletin", "Ferries, wind and fish", 1204,
            [.. Enumerable.Range(1, 60).Select(static number => new NewsletterPost(100 + number, $"Bulletin {number}: ferries on time.", First.AddDays(number), 40 + number))]),
        new("120363144038483540@newsletter", "Chess of the day", "One position each morning", 310,
            [.. Enumerable.Range(1, 5).Select(static number => new NewsletterPost(100 + number, $"Position {number}: mate in two.", First.AddDays(number), 10 + number))]),
    ];

    public JsonObject Write()
    {
        var created = First.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return GoJson.Struct(
            ("id", Id),
            ("state", GoJson.Struct(("type", "active"))),
            ("thread_metadata", GoJson.Struct(
                ("creation_time", created), ("invite", $"0029Va{Id[..10]}"), ("name", Text(Name, created)), ("description", Text(Description, created)),
                ("subscribers_count", Subscribers.ToString(CultureInfo.InvariantCulture)), ("verification", "unverified"),
                ("picture", null), ("preview", Picture(created, "PREVIEW")),
                ("settings", GoJson.Struct(("reaction_codes", GoJson.Struct(("value", "ALL"))))))),
            ("viewer_metadata", GoJson.Struct(("mute", "off"), ("role", "subscriber"))));
    }

    private static JsonObject Text(string text, string created) =>
        GoJson.Struct(("text", text), ("id", created + "480511"), ("update_time", created + "480511"));

    private static JsonObject Picture(string id, string type) =>
        GoJson.Struct(("url", ""), ("id", id), ("type", type), ("direct_path", $"/v/t61.24694-24/{id}_n.jpg"));
}

internal sealed record NewsletterPost(int ServerId, string Text, DateTimeOffset At, int Views);
