using System.Runtime.InteropServices;
using System.Text.Json;

namespace WaPlatform.Tests.Simulator.Replay;

/// <summary>
/// The recording without a working network: what hangs while a slot dials, and for how long. The dials are shortened from the
/// binary's 10 and 30 seconds; what counts is which answer waits for the dial's end and which does not.
/// </summary>
internal static class NetworkSetups
{
    public static readonly TimeSpan Dial = TimeSpan.FromSeconds(2);

    // The recording's names for a broken network and the simulator's.
    private static readonly Dictionary<string, string> Modes = new()
    {
        ["blackhole"] = "dropped",
        ["dns"] = "mutedns",
        ["hang"] = "mute",
        ["refused"] = "refused",
    };

    // Longer than the 15 seconds that a drain lasts, so that the answer is cut.
    private static readonly TimeSpan LongDial = TimeSpan.FromSeconds(30);

    public static IEnumerable<RecordedSetup> All =>
    [
        .. new[] { "blackhole", "dns", "hang", "refused" }.Select(mode => new RecordedSetup(
            $"network {mode}", Start(mode, Dial), [.. Of($"net:{mode}").Where(exchange => !IsCut(exchange))], PlayAsync)),
        new("network blackhole, cut by the drain", Start("blackhole", LongDial), [.. Of("net:blackhole").Where(IsCut)], CutAsync),
        new("network blackhole, two slots", Start("blackhole", Dial), Part("A", "login num-1"), ConcurrentNetwork.TwoSlotsAsync),
        new("network blackhole, boot with a session", Start("blackhole", Dial), Part("B"), ConcurrentNetwork.BootAsync),
    ];

    public static RecordedRequest Request(string method, string path, string? slot, string? body = null)
    {
        var headers = new Dictionary<string, string> { ["Authorization"] = "Basic dTpw" };
        if (slot is not null)
        {
            headers["X-Device-Id"] = slot;
        }

        if (body is not null)
        {
            headers["Content-Type"] = "application/json";
        }

        return new RecordedRequest(method, path, headers, body is null ? null : JsonDocument.Parse(body).RootElement);
    }

    /// <summary>Waits until a dial has begun that was not there before.</summary>
    public static Task DialingAsync(Replay replay, int dials) =>
        replay.Simulator.Output.WaitForAsync("Dialing wss://web.whatsapp.com/ws/chat", dials, replay.CancellationToken);

    /// <summary>
    /// A process past its auto-connect, with slots that have a client: the recording began so late. A reconnect makes the client
    /// for a slot that the auto-connect came too early for.
    /// </summary>
    public static async Task BeginAsync(Replay replay, params string[] slots)
    {
        await replay.StartAsync();
        foreach (var slot in slots)
        {
            Assert.Equal(200, (await SendAsync(replay, Request("POST", "/devices", null, $$"""{"device_id":"{{slot}}"}""")))?.Status);
        }

        await replay.Simulator.Error.WaitForAsync("auto-connect ", replay.CancellationToken);
        foreach (var slot in slots)
        {
            Assert.Equal(500, (await SendAsync(replay, Request("GET", "/app/reconnect", slot)))?.Status);
        }
    }

    public static Task<RawResponse?> SendAsync(Replay replay, RecordedRequest request) => RawHttp.SendAsync(
        replay.Simulator.Address, request.Method, request.Path, request.Headers, RecordedBody.Bytes(request.Body), replay.CancellationToken);

    private static bool IsCut(Exchange exchange) => exchange.Response.Status is null;

    private static Exchange[] Of(string group) => RecordedSetup.Of("net", group);

    private static Exchange[] Part(string part, string? also = null) =>
        [.. RecordedSetup.Of("net2").Where(exchange => exchange.Step.StartsWith(part + " ", StringComparison.Ordinal) || exchange.Step == also)];

    // The debug log is where a dial shows.
    private static SimulatorStart Start(string mode, TimeSpan dial) => new SimulatorStart()
        .With("SIM_DIAL", Modes[mode])
        .With("SIM_DIAL_SECONDS", dial.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture))
        .With("APP_DEBUG", "true");

    private static async Task PlayAsync(Replay replay, IReadOnlyList<Exchange> exchanges)
    {
        Exchange Step(string name) => exchanges.Single(exchange => exchange.Step == name);
        await BeginAsync(replay, "num-1");

        var login = replay.SendAsync(Step("login"));
        await DialingAsync(replay, 1);
        await replay.SendAsync(Step("devices_while_login"));
        await replay.SendAsync(Step("health_while_login"));
        var status = replay.SendAsync(Step("status_while_login"));
        await Task.WhenAll(login, status);
        await replay.SendAsync(Step("status_after"));
        await replay.SendAsync(Step("login_code"));
        await replay.SendAsync(Step("send"), Request("POST", "/send/message", "num-1", """{"phone":"6281234567890@s.whatsapp.net","message":"x"}"""));

        if (exchanges.FirstOrDefault(exchange => exchange.Step == "login_during_sigterm") is { } last)
        {
            var drained = replay.SendAsync(last);
            await DialingAsync(replay, 3);
            replay.Simulator.Signal(PosixSignal.SIGTERM);
            await drained;
            Assert.Equal(0, await replay.Simulator.ExitAsync(replay.CancellationToken));
        }
    }

    private static async Task CutAsync(Replay replay, IReadOnlyList<Exchange> exchanges)
    {
        await BeginAsync(replay, "num-1");
        var cut = replay.SendAsync(exchanges.Single());
        await DialingAsync(replay, 1);
        replay.Simulator.Signal(PosixSignal.SIGTERM);
        await cut;
        Assert.Equal(0, await replay.Simulator.ExitAsync(replay.CancellationToken));
    }
}
