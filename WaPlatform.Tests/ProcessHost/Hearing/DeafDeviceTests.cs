using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Events;
using WaPlatform.Data.Messages;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.ProcessHost.Hearing;

/// <summary>Real engines (simulators) that look connected and are deaf, and one that is not. The platform's own steps, at a quicker pace.</summary>
public sealed class DeafDeviceTests(RedisServer redis) : IAsyncLifetime
{
    private const string Phone = "5511999990901";
    private const string Friend = "5511888880901";

    private static readonly TimeSpan AMinute = TimeSpan.FromSeconds(60);

    private RunningHost _host = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await RunningHost.StartAsync(
        await redis.CreateDatabaseAsync(CancellationToken),
        new()
        {
            ["SIM_AUTO_CONNECT_DELAY"] = "500",
            ["Hearing:ProbeInterval"] = "00:00:00.500",
            ["Hearing:RetryInterval"] = "00:00:00.300",
            ["Hearing:ProbeTimeout"] = "00:00:03",
            ["Hearing:ProbeFailures"] = "2",
            ["Hearing:LinkInterval"] = "00:00:01",
            ["Hearing:LinkTimeout"] = "00:00:03",
            ["Hearing:SilentRecipients"] = "3",
            ["Hearing:ReceiptPatience"] = "00:00:01",
            ["Hearing:ReceiptSettle"] = "00:00:02",
        });

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task EventsStopComingOut_IsNoticedAndCuredByARestart_AndWhatWasMissedComes()
    {
        var device = await _host.PairAsync(Phone);
        var pid = (await device.GetLiveAsync()).Process!.Pid;
        var start = Stopwatch.GetTimestamp();

        await _host.ControlAsync(Phone, "deaf");
        var held = await _host.ControlAsync(Phone, "incoming", new { from = Friend, text = "Are you there?" });

        Assert.False(held.GetProperty("delivered").GetBoolean());
        await _host.WaitForEventAsync(Phone, EventTypes.StateChanged, data => Is(data, "state", "disconnected") && Is(data, "reason", "deaf"));
        await _host.WaitForEventAsync(Phone, EventTypes.ProcessStopped, data => Is(data, "reason", "deaf") && data.GetProperty("willRestart").GetBoolean());
        await _host.WaitForEventAsync(Phone, EventTypes.Health, data => Is(data, "step", "recovered"));
        var live = await _host.WaitForAsync(Phone, DeviceState.Connected);
        var took = Stopwatch.GetElapsedTime(start);
        TestContext.Current.TestOutputHelper?.WriteLine($"noticed and cured in {took}");
        await _host.WaitForEventAsync(Phone, EventTypes.MessageReceived, data => Is(data, "body", "Are you there?"));

        Assert.Equal(["probe", "reconnect", "restart", "recovered"], Steps());
        Assert.All(Health(), data => Assert.Equal("events", data.GetProperty("deafness").GetString()));
        Assert.NotEqual(pid, live.Process!.Pid);
        Assert.True(took < AMinute, $"took {took}");
    }

    [Fact]
    public async Task LinkStopsAnswering_IsNoticedAndCuredByDialingAnew()
    {
        var device = await _host.PairAsync(Phone);
        var pid = (await device.GetLiveAsync()).Process!.Pid;
        var start = Stopwatch.GetTimestamp();

        await _host.ControlAsync(Phone, "deaf", new { kind = "link" });

        await _host.WaitForEventAsync(Phone, EventTypes.StateChanged, data => Is(data, "reason", "deaf"));
        await _host.WaitForEventAsync(Phone, EventTypes.Health, data => Is(data, "step", "recovered"));
        var live = await _host.WaitForAsync(Phone, DeviceState.Connected);
        var took = Stopwatch.GetElapsedTime(start);
        TestContext.Current.TestOutputHelper?.WriteLine($"noticed and cured in {took}");

        Assert.Equal(["probe", "reconnect", "recovered"], Steps());
        Assert.All(Health(), data => Assert.Equal("link", data.GetProperty("deafness").GetString()));
        Assert.Equal(pid, live.Process!.Pid);
        Assert.True(took < AMinute, $"took {took}");
    }

    [Fact]
    public async Task ReceiptsStopComing_IsCuredWithoutKeepingTheNumberFromSending()
    {
        var device = await _host.PairAsync(Phone);
        await SendAsync("5511888880009");
        await _host.WaitForEventAsync(Phone, "message.ack");
        _host.Services.GetRequiredService<IConfiguration>()["SIM_RECEIPTS"] = "none";
        await device.RestartAsync();
        await _host.WaitForAsync(Phone, DeviceState.Connected);

        for (var i = 1; i <= 3; i++)
        {
            await SendAsync($"551188888000{i}");
        }

        await _host.WaitForEventAsync(Phone, EventTypes.Health, data => Is(data, "step", "reconnect") && Is(data, "deafness", "receipts"));
        await SendAsync("5511888880004");
        _host.Services.GetRequiredService<IConfiguration>()["SIM_RECEIPTS"] = null;
        await _host.WaitForEventAsync(Phone, EventTypes.ProcessStopped, data => Is(data, "reason", "deaf"));
        await SendAsync("5511888880005");
        await _host.WaitForEventAsync(Phone, EventTypes.Health, data => Is(data, "step", "recovered"));

        Assert.Equal(["probe", "reconnect", "restart", "recovered"], Steps());
    }

    [Fact]
    public async Task QuietAndHealthy_AskedAHundredTimes_NothingIsDoneAndNobodyHearsOfIt()
    {
        var asked = new Counted("wa.device.hearing.probes");
        await _host.PairAsync(Phone);
        var before = asked.Count;

        await RunningHost.UntilAsync(() => Task.FromResult(asked.Count >= before + 40), () => $"asked {asked.Count - before} times");
        await _host.ControlAsync(Phone, "network", new { up = false, seconds = 1 });
        await _host.WaitForAsync(Phone, live => live.State is DeviceState.Disconnected or DeviceState.Connecting);
        await _host.ControlAsync(Phone, "network", new { up = true });
        await _host.WaitForAsync(Phone, DeviceState.Connected);
        await RunningHost.UntilAsync(() => Task.FromResult(asked.Count >= before + 80), () => $"asked {asked.Count - before} times");

        Assert.Empty(Steps());
        Assert.DoesNotContain(_host.Events, e => e.Type == EventTypes.WebSocketMessage && e.Data.GetRawText().Contains("LIST_DEVICES", StringComparison.Ordinal));
        Assert.DoesNotContain(await _host.Device(Phone).GetLogsAsync(2000, LogStreams.Both, 0), line => line.Text.Contains("LIST_DEVICES", StringComparison.Ordinal));
        asked.Dispose();
    }

    private IEnumerable<System.Text.Json.JsonElement> Health() => _host.Events.Where(e => e.Type == EventTypes.Health).Select(e => e.Data);

    private List<string> Steps() => [.. Health().Select(data => data.GetProperty("step").GetString()!)];

    private static bool Is(System.Text.Json.JsonElement data, string name, string value) => data.TryGetProperty(name, out var member) && member.GetString() == value;

    private async Task SendAsync(string to)
    {
        var id = Guid.CreateVersion7();
        await _host.QueryAsync(async db =>
        {
            var now = TimeProvider.System.GetUtcNow();
            db.Messages.Add(new Message { Id = id, PhoneNumber = Phone, To = $"{to}@s.whatsapp.net", Body = """{"message":"hi"}""", DueAt = now, CreatedAt = now });
            return await db.SaveChangesAsync(CancellationToken);
        });
        await _host.Device(Phone).WakeQueueAsync(unindexed: true);
        await _host.WaitForEventAsync(Phone, EventTypes.MessageStatus, data => Is(data, "id", id.ToString()) && Is(data, "status", "sent"));
    }

    private sealed class Counted : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _count;

        public Counted(string instrument)
        {
            _listener.InstrumentPublished = (published, listener) =>
            {
                if (published.Name == instrument)
                {
                    listener.EnableMeasurementEvents(published);
                }
            };
            _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref _count, value));
            _listener.Start();
        }

        public long Count => Interlocked.Read(ref _count);

        public void Dispose() => _listener.Dispose();
    }
}
