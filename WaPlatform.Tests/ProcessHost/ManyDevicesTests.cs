using System.Diagnostics;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Faults;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.ProcessHost;

public sealed class ManyDevicesTests(RedisServer redis)
{
    [Fact]
    public async Task Register_TwentyAtOnce_EachRunsOnAPortAndInADirectoryOfItsOwn()
    {
        await using var host = await StartAsync(20);
        var phones = Enumerable.Range(0, 20).Select(i => $"55119999910{i:00}").ToList();

        await Task.WhenAll(phones.Select(phone => host.RegisterAsync(phone)));
        var all = await Task.WhenAll(phones.Select(phone => host.WaitForAsync(phone, DeviceState.Pairing)));

        Assert.Equal(20, all.Select(live => live.Process!.Port).Distinct().Count());
        Assert.Equal(20, all.Select(live => live.Process!.Pid).Distinct().Count());
        Assert.Equal(20, Directory.GetDirectories(Path.Combine(host.DataDirectory, "sessions")).Length);
    }

    [Fact]
    public async Task Start_HostIsFull_RefusesClearlyAndLeavesTheOthersAlone()
    {
        await using var host = await StartAsync(1);
        await host.RegisterAsync("5511999991101");
        await host.WaitForAsync("5511999991101", DeviceState.Pairing);

        var refusal = await Assert.ThrowsAsync<PlatformException>(() => host.RegisterAsync("5511999991102"));

        Assert.Equal(ErrorCode.CapacityExhausted, refusal.Code);
        await host.Device("5511999991101").StopAsync();
        await host.Device("5511999991102").StartAsync();
        await host.WaitForAsync("5511999991102", DeviceState.Pairing);
    }

    [Fact]
    public async Task GetQr_FiftyClientsPolling_ShareOneCallAndOneValidCode()
    {
        await using var host = await StartAsync(5);
        var device = await host.RegisterAsync("5511999991201");
        var start = Stopwatch.GetTimestamp();

        var codes = new List<QrCode>();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5))
            {
                var code = await device.GetQrAsync();
                Assert.True(code.ExpiresAt > TimeProvider.System.GetUtcNow());
                lock (codes)
                {
                    codes.Add(code);
                }
            }
        }));

        var counters = await host.ControlAsync("5511999991201", "counters");
        Assert.Equal(1, counters.GetProperty("GET /app/login").GetInt32());
        Assert.True(codes.Count > 50);
        Assert.Single(codes.Select(code => Convert.ToHexString(code.Png)).Distinct());
    }

    // Codes that are shown for 5 s would want a call every 3 s: the three that are allowed are used, and the last code then serves as long as WhatsApp takes it.
    [Fact]
    public async Task GetQr_PolledLongerThanACodeIsShown_RenewsItWithinTheAllowedCallsAndNeverGivesADeadOne()
    {
        await using var host = await StartAsync(5, ("QR_CODE_TIMEOUT", "5000"));
        var device = await host.RegisterAsync("5511999991301");
        var start = Stopwatch.GetTimestamp();

        var codes = new HashSet<string>();
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(15))
        {
            var code = await device.GetQrAsync();
            Assert.True(code.ExpiresAt > TimeProvider.System.GetUtcNow());
            codes.Add(Convert.ToHexString(code.Png));
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        var counters = await host.ControlAsync("5511999991301", "counters");
        Assert.Equal(3, counters.GetProperty("GET /app/login").GetInt32());
        Assert.Equal(3, codes.Count);
    }

    private async Task<RunningHost> StartAsync(int maxProcesses, params (string Name, string Value)[] more)
    {
        var settings = more.ToDictionary(setting => setting.Name, setting => (string?)setting.Value);
        settings["MAX_PROCESSES"] = $"{maxProcesses}";
        return await RunningHost.StartAsync(await redis.CreateDatabaseAsync(TestContext.Current.CancellationToken), settings);
    }
}
