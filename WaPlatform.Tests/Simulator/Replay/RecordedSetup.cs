namespace WaPlatform.Tests.Simulator.Replay;

/// <summary>The circumstances of a part of the recording: which exchanges, how the process was started, and what happened in between.</summary>
internal sealed record RecordedSetup(string Name, SimulatorStart Start, IReadOnlyList<Exchange> Exchanges, Func<Replay, IReadOnlyList<Exchange>, Task> PlayAsync)
{
    // The recording was quick: what it sent before the auto-connect must come before it on a busy machine too.
    private static readonly SimulatorStart NoNetwork = new SimulatorStart().With("SIM_DIAL", "nohost").With("SIM_AUTO_CONNECT_DELAY", "60000");

    public static IReadOnlyList<RecordedSetup> All { get; } =
    [
        new("one process from no slot to its deletion", NoNetwork, Of("1"), OneProcessSetup.PlayAsync),
        new("pristine slot, then a restart", NoNetwork, Of("2", "b1:pristine-slot", "b1:pristine-slot(no client, reconnect never called)", "restart"), RestartedAsync),
        new("base path, mcp", NoNetwork.With("APP_BASE_PATH", "/gowa").With("MCP_ENABLED", "true"), Of("2", "base-path", "ws-auth", "mcp"), InOrderAsync),
        new("chatwoot", Chatwoot(), Of("2", "chatwoot-on"), InOrderAsync),
        new("no basic auth", NoNetwork with { BasicAuth = false }, Of("2", "no-basic-auth"), WithPictureAsync),
        new("picture with basic auth", NoNetwork, Of("2", "basic-auth"), WithPictureAsync),
        new("login by path of an unknown id", NoNetwork, Between("3", "device delete (no such slot)", "device login code on unknown id"), RestartedAtTheEndAsync),
        new("login code by path of an unknown id", NoNetwork, Between("3", "device login code on unknown id", "(setup for app/login-with-code)"), InOrderAsync),
        .. Of("3", "b1:pristine-slot").Chunk(4).Select(part => new RecordedSetup($"pristine slot {part[1].Step}", NoNetwork, part, InOrderAsync)),
        new("HEAD logs out", NoNetwork, Of("3", "head-logout"), HeadLogoutAsync),
        new("two users", NoNetwork.With("APP_BASIC_AUTH", "u:p,v:q"), Of("4"), SlotDeletedAsync),
        .. NetworkSetups.All,
    ];

    public override string ToString() => Name;

    internal static Exchange[] Of(string run, params string[] groups) =>
        [.. Exchange.All.Where(exchange => exchange.Run == run && (groups.Length == 0 || groups.Contains(Group(exchange))))];

    private static string Group(Exchange exchange) => exchange.Name[..exchange.Name.IndexOf('|', StringComparison.Ordinal)].TrimEnd();

    private static Exchange[] Between(string run, string first, string next) =>
        [.. Of(run).SkipWhile(exchange => exchange.Step != first).TakeWhile(exchange => exchange.Step != next)];

    private static SimulatorStart Chatwoot() => NoNetwork
        .With("CHATWOOT_ENABLED", "true")
        .With("CHATWOOT_URL", "http://127.0.0.1:9")
        .With("CHATWOOT_API_TOKEN", "t")
        .With("CHATWOOT_ACCOUNT_ID", "1")
        .With("CHATWOOT_INBOX_ID", "1")
        .With("CHATWOOT_DEVICE_ID", "num-1");

    private static async Task InOrderAsync(Replay replay, IReadOnlyList<Exchange> exchanges)
    {
        await replay.StartAsync();
        await replay.AllAsync(exchanges);
    }

    private static async Task RestartedAsync(Replay replay, IReadOnlyList<Exchange> exchanges)
    {
        await replay.StartAsync();
        await replay.AllAsync(exchanges, async exchange =>
        {
            switch (exchange.Step)
            {
                case "list before restart":
                    await replay.RestartAsync(next: NoNetwork.With("SIM_AUTO_CONNECT_DELAY", "4000"));
                    break;
                case "status":
                    // The next one was sent after the auto-connect.
                    await replay.Simulator.Error.WaitForAsync("auto-connect failed for device num-1", replay.CancellationToken);
                    break;
            }
        });
    }

    private static async Task RestartedAtTheEndAsync(Replay replay, IReadOnlyList<Exchange> exchanges)
    {
        await replay.StartAsync();
        await replay.AllAsync(exchanges.SkipLast(1));
        await replay.RestartAsync();
        await replay.AllAsync(exchanges.TakeLast(1));
    }

    private static async Task WithPictureAsync(Replay replay, IReadOnlyList<Exchange> exchanges)
    {
        await replay.StartAsync();
        var folder = Directory.CreateDirectory(Path.Combine(replay.Simulator.Directory, "statics", "qrcode"));
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "x.png"), RecordedBody.Picture, replay.CancellationToken);
        await replay.AllAsync(exchanges);
    }

    private static async Task HeadLogoutAsync(Replay replay, IReadOnlyList<Exchange> exchanges)
    {
        await InOrderAsync(replay, exchanges);
        await replay.ExpectAsync(exchanges.Single(exchange => exchange.Step == "ws"), "after HEAD /app/logout");
    }

    private static async Task SlotDeletedAsync(Replay replay, IReadOnlyList<Exchange> exchanges)
    {
        var opened = exchanges.Single(exchange => exchange.Step == "ws open, then slot deleted");
        await replay.StartAsync();
        await replay.AllAsync(exchanges);
        await replay.ExpectAsync(opened, "1");
        await replay.Socket(opened).TextAsync(SocketSteps.Fetch, replay.CancellationToken);
        await replay.ExpectAsync(opened, "2");
    }
}
