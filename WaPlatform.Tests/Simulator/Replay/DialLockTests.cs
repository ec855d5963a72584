using System.Diagnostics;
using System.Globalization;

namespace WaPlatform.Tests.Simulator.Replay;

/// <summary>What hangs while one slot dials, by what else was asked for meanwhile: the table of real.md §3.1.4.</summary>
public sealed class DialLockTests
{
    private const double AtOnce = 0.9;
    private const double Held = 0.95;

    private static readonly SimulatorStart Silent = new SimulatorStart()
        .With("SIM_DIAL", "dropped").With("SIM_DIAL_SECONDS", NetworkSetups.Dial.TotalSeconds.ToString(CultureInfo.InvariantCulture)).With("APP_DEBUG", "true").With("SIM_AUTO_CONNECT_DELAY", "100");

    private static readonly Dictionary<string, RecordedRequest> Probes = new()
    {
        ["/app/info"] = NetworkSetups.Request("GET", "/app/info", null),
        ["/health"] = NetworkSetups.Request("GET", "/health", null),
        ["webhook"] = NetworkSetups.Request("GET", "/devices/num-1/webhook", null),
        ["/chats"] = NetworkSetups.Request("GET", "/chats", "num-1"),
    };

    [Theory]
    [InlineData("", "")]
    [InlineData("/app/status", "/chats")]
    [InlineData("/app/status /app/login", "/chats /health webhook")]
    [InlineData("/app/status /app/reconnect", "/chats /health webhook")]
    public async Task PendingDial_OtherRequests_HangAsMeasured(string sentBefore, string held)
    {
        await using var replay = new Replay(Silent, TestContext.Current.CancellationToken);
        await NetworkSetups.BeginAsync(replay, "num-1");
        var started = Stopwatch.GetTimestamp();
        var pending = new List<Task> { NetworkSetups.SendAsync(replay, NetworkSetups.Request("GET", "/app/login", "num-1")) };
        await NetworkSetups.DialingAsync(replay, 1);
        foreach (var path in sentBefore.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            pending.Add(NetworkSetups.SendAsync(replay, NetworkSetups.Request("GET", path, "num-1")));
            await NetworkSetups.SendAsync(replay, Probes["/app/info"]);
        }

        var waits = await Task.WhenAll(Probes.Select(async probe =>
        {
            await NetworkSetups.SendAsync(replay, probe.Value);
            return (probe.Key, Waited: Stopwatch.GetElapsedTime(started) / NetworkSetups.Dial);
        }));

        var expected = held.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(waits, wait =>
            Assert.InRange(wait.Waited, expected.Contains(wait.Key) ? Held : 0, expected.Contains(wait.Key) ? double.MaxValue : AtOnce));
        await Task.WhenAll(pending);
    }
}
