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

    private async Task<RunningHost> StartAsync(int maxProcesses) => await RunningHost.StartAsync(
        await redis.CreateDatabaseAsync(TestContext.Current.CancellationToken), new() { ["MAX_PROCESSES"] = $"{maxProcesses}" });
}
