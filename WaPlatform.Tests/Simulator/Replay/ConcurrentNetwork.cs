using System.Diagnostics;

namespace WaPlatform.Tests.Simulator.Replay;

/// <summary>Requests that meet a pending dial. The recording only named them; here is what they were.</summary>
internal static class ConcurrentNetwork
{
    // The recording put the session's row in by hand too.
    private const string SessionRow = """{"ad_jid":"6281234567890:12@s.whatsapp.net","name":"Fake","t":"session"}""";

    // A timer may fire a little before its time.
    private const double Tolerance = 0.05;

    private const string Message = """{"phone":"6281234567890@s.whatsapp.net","message":"x"}""";

    private static readonly Dictionary<string, RecordedRequest> Requests = new()
    {
        ["A status num-2"] = Get("/app/status", "num-2"),
        ["A /app/info"] = Get("/app/info"),
        ["A health"] = Get("/health"),
        ["A send num-2"] = NetworkSetups.Request("POST", "/send/message", "num-2", Message),
        ["A webhook get"] = Get("/devices/num-1/webhook"),
        ["A send num-1"] = NetworkSetups.Request("POST", "/send/message", "num-1", Message),
        ["A status num-1"] = Get("/app/status", "num-1"),
        ["A passkey"] = Get("/app/passkey", "num-1"),
        ["login num-1"] = Get("/app/login", "num-1"),
        ["A chats num-1"] = Get("/chats", "num-1"),
        ["A /devices/num-1"] = Get("/devices/num-1"),
        ["A /devices/num-1/status"] = Get("/devices/num-1/status"),
        ["A /devices"] = Get("/devices"),
        ["A create num-3"] = NetworkSetups.Request("POST", "/devices", null, """{"device_id":"num-3"}"""),
        ["A /app/devices"] = Get("/app/devices", "num-1"),
        ["A second login num-1"] = Get("/app/login", "num-1"),
        ["A login num-2"] = Get("/app/login", "num-2"),
        ["A logout num-1 (at 4 s)"] = Get("/app/logout", "num-1"),
        ["B list at boot"] = Get("/devices"),
        ["B status at boot"] = Get("/app/status", "num-1"),
        ["B list at 3 s"] = Get("/devices"),
        ["B status"] = Get("/app/status", "num-1"),
        ["B login"] = Get("/app/login", "num-1"),
        ["B send"] = NetworkSetups.Request("POST", "/send/message", "num-1", Message),
    };

    // Those that the recording answered within milliseconds of a dial of 30 seconds.
    private static readonly string[] AtOnce = ["A status num-2", "A /app/info", "A health", "A send num-2", "A webhook get"];

    // With the number of dials that the recording waited for each. It sent them all at once; in this order each is held by those before it:
    // a status holds the slot, and the second login the whole registry.
    private static readonly (int Dials, string[] Names)[] Waiting =
    [
        (1, ["A /devices", "A /app/devices", "A /devices/num-1", "A /devices/num-1/status", "A send num-1", "A status num-1", "A passkey", "A chats num-1"]),
        (2, ["A second login num-1", "A login num-2"]),
        (1, ["A create num-3"]),
        (2, ["A logout num-1 (at 4 s)"]),
    ];

    public static async Task TwoSlotsAsync(Replay replay, IReadOnlyList<Exchange> exchanges)
    {
        await NetworkSetups.BeginAsync(replay, "num-1", "num-2");
        var started = Stopwatch.GetTimestamp();
        var login = TimedAsync("login num-1", 1);
        await NetworkSetups.DialingAsync(replay, 1);
        foreach (var name in AtOnce)
        {
            await SendAsync(name);
        }

        if (login.IsCompleted)
        {
            replay.Mismatches.Add("The dial ended before the requests that do not wait for it.");
        }

        List<Task> held = [login];
        foreach (var (dials, names) in Waiting)
        {
            foreach (var name in names)
            {
                held.Add(TimedAsync(name, dials));

                // Answered at once, so what was sent before it has arrived.
                await NetworkSetups.SendAsync(replay, Requests["A /app/info"]);
            }
        }

        await Task.WhenAll(held);

        Task SendAsync(string name) => replay.SendAsync(exchanges.Single(exchange => exchange.Step == name), Requests[name]);

        async Task TimedAsync(string name, int dials)
        {
            await SendAsync(name);
            var waited = Stopwatch.GetElapsedTime(started);
            if (waited < NetworkSetups.Dial * (dials - Tolerance))
            {
                replay.Mismatches.Add($"{name} was answered after {waited}; the binary waited for {dials} dial(s) of {NetworkSetups.Dial}.");
            }
        }
    }

    /// <summary>A session without its slot's link to it: the process shows the session as a slot of its own, and dials for it at boot.</summary>
    public static async Task BootAsync(Replay replay, IReadOnlyList<Exchange> exchanges)
    {
        Task Send(string name) => replay.SendAsync(exchanges.Single(exchange => exchange.Step == name), Requests[name]);
        await NetworkSetups.BeginAsync(replay, "num-1");
        await replay.RestartAsync(directory => File.AppendAllTextAsync(
            Path.Combine(directory, "storages", "whatsapp.db"), SessionRow + "\n", replay.CancellationToken));
        await Send("B list at boot");
        await Send("B status at boot");
        await NetworkSetups.DialingAsync(replay, 1);
        await Send("B list at 3 s");
        await Send("B status");
        await Send("B login");
        await Send("B send");
    }

    private static RecordedRequest Get(string path, string? slot = null) => NetworkSetups.Request("GET", path, slot);
}
