using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Engines;
using WaPlatform.Contracts.Events;
using WaPlatform.Data;
using WaPlatform.Data.Devices;
using WaPlatform.ProcessHost;
using WaPlatform.ServiceDefaults.Events;
using WaPlatform.Tests.Simulator;

namespace WaPlatform.Tests.ProcessHost;

/// <summary>A real host in this process: silo, database and data directory of its own, real simulators as its engines. Grains are called directly.</summary>
public sealed class RunningHost : IAsyncDisposable
{
    // Two cores run many of these at once; a state that has not come by then will not come.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly IHost _app;
    private readonly DirectoryInfo _directory;
    private readonly ConcurrentQueue<DeviceEvent> _events = new();

    private RunningHost(IHost app, DirectoryInfo directory)
    {
        _app = app;
        _directory = directory;
    }

    public IServiceProvider Services => _app.Services;

    public string DataDirectory => _directory.FullName;

    /// <summary>All events that were told to gateways, in their order.</summary>
    public IReadOnlyCollection<DeviceEvent> Events => _events;

    /// <summary>Starts a host.</summary>
    /// <param name="redis">Connection string of a real server.</param>
    /// <param name="settings">Configuration on top of quick defaults; <c>SIM_*</c> entries become the engines' environment.</param>
    /// <param name="directory">Data directory of an earlier host, to go on with.</param>
    /// <param name="add">What else runs in the same process.</param>
    public static async Task<RunningHost> StartAsync(
        string redis, Dictionary<string, string?>? settings = null, DirectoryInfo? directory = null, Action<IHostApplicationBuilder>? add = null)
    {
        directory ??= Directory.CreateTempSubdirectory("wa-host-");
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:wadb"] = $"Data Source={Path.Combine(directory.FullName, "waplatform.db")}",
            ["ConnectionStrings:redis"] = redis,
            ["Cluster:Mode"] = "localhost",
            ["WAPLATFORM_DATA"] = directory.FullName,
            ["ENGINE"] = "simulator",
            ["ENGINE_PATH"] = SimulatorBinary.Path,
            ["PROCESS_BASE_PORT"] = "0",
            ["Supervision:EagerStatusInterval"] = "00:00:00.200",
            ["Supervision:StatusInterval"] = "00:00:00.500",
            ["Supervision:FirstRestartDelay"] = "00:00:00.050",
        });
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.AddServiceDefaults();
        builder.AddWaDatabase();
        builder.AddWaRedis();
        builder.AddProcessHost();
        add?.Invoke(builder);

        var host = new RunningHost(builder.Build(), directory);
        var multiplexer = host.Services.GetRequiredService<IConnectionMultiplexer>();

        // It answers before its second connection, that for subscriptions, is there.
        await UntilAsync(() => Task.FromResult(multiplexer.GetSubscriber().IsConnected()), () => "Redis is not connected");
        var subscriber = multiplexer.GetSubscriber();

        // As a gateway does: a queue keeps the order, a handler would not.
        var queue = await subscriber.SubscribeAsync(multiplexer.LiveChannel());
        queue.OnMessage(message =>
        {
            foreach (var e in JsonSerializer.Deserialize<LiveBatch>((byte[])message.Message!, WireJson.Options)!.Events)
            {
                host._events.Enqueue(e);
            }
        });
        await host._app.StartAsync();
        return host;
    }

    public IDeviceGrain Device(string phone) => Services.GetRequiredService<IGrainFactory>().GetGrain<IDeviceGrain>(phone);

    /// <summary>Registers a number as the gateway does: a row, then the wish.</summary>
    public async Task<IDeviceGrain> RegisterAsync(string phone, Action<Device>? configure = null)
    {
        await QueryAsync(async database =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var device = new Device { PhoneNumber = phone, Desired = DesiredState.Running, State = DeviceState.Stopped, Since = now, CreatedAt = now, UpdatedAt = now, IntervalMs = 0 };
            configure?.Invoke(device);
            database.Devices.Add(device);
            return await database.SaveChangesAsync();
        });
        await Device(phone).StartAsync();
        return Device(phone);
    }

    /// <summary>Registers a number and lets the phone scan its code.</summary>
    public async Task<IDeviceGrain> PairAsync(string phone)
    {
        var device = await RegisterAsync(phone);
        await device.GetQrAsync();
        await ControlAsync(phone, "scan");
        await WaitForAsync(phone, live => live.State == DeviceState.Connected && Events.Any(e => e.PhoneNumber == phone && e.Type == EventTypes.Paired));
        return device;
    }

    /// <summary>Calls the control surface of a device's simulator.</summary>
    public async Task<JsonElement> ControlAsync(string phone, string action, object? body = null)
    {
        var route = await WaitForRouteAsync(phone);
        using var client = new HttpClient { Timeout = Patience };
        client.DefaultRequestHeaders.Add("Authorization", route.Authorization);
        client.DefaultRequestHeaders.ConnectionClose = true;
        using var response = body is null && action is "ledger" or "counters" or "state"
            ? await client.GetAsync(new Uri(route.Address, $"/_simulator/{action}"))
            : await client.PostAsJsonAsync(new Uri(route.Address, $"/_simulator/{action}"), body ?? new { });
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).TryGetProperty("results", out var results) ? results : default;
    }

    public async Task<DeviceLive> WaitForAsync(string phone, Func<DeviceLive, bool> condition)
    {
        DeviceLive? live = null;
        await UntilAsync(async () => condition(live = await Device(phone).GetLiveAsync()), () => $"device is {live?.State} ({live?.Reason}); {Story(phone)}");
        return live!;
    }

    public Task<DeviceLive> WaitForAsync(string phone, DeviceState state, DeviceReason? reason = null) =>
        WaitForAsync(phone, live => live.State == state && live.Reason == reason);

    public async Task<DeviceEvent> WaitForEventAsync(string phone, string type, Func<JsonElement, bool>? condition = null)
    {
        DeviceEvent? found = null;
        await UntilAsync(
            () => Task.FromResult((found = _events.FirstOrDefault(e => e.PhoneNumber == phone && e.Type == type && (condition is null || condition(e.Data)))) is not null),
            () => $"no {type}; {Story(phone)}");
        return found!;
    }

    private string Story(string phone) => string.Join("\n  ", _events.Where(e => e.PhoneNumber == phone).Select(e => $"{e.At:mm:ss.fff} {e.Type} {(e.Type == EventTypes.Qr ? "" : e.Data)}"));

    public async Task<T> QueryAsync<T>(Func<WaDbContext, Task<T>> query)
    {
        await using var database = await Services.GetRequiredService<IDbContextFactory<WaDbContext>>().CreateDbContextAsync();
        return await query(database);
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, Func<string> otherwise)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"Waited {Patience.TotalSeconds} s in vain: {otherwise()}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Stops the host as SIGTERM does and keeps its data; returns how long that took.</summary>
    public async Task<TimeSpan> StopAsync()
    {
        var start = Stopwatch.GetTimestamp();
        await _app.StopAsync();
        var elapsed = Stopwatch.GetElapsedTime(start);
        _app.Dispose();
        return elapsed;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _directory.Delete(recursive: true);
    }

    private async Task<EngineRoute> WaitForRouteAsync(string phone)
    {
        EngineRoute? route = null;
        await UntilAsync(async () => (route = await Device(phone).GetRouteAsync()) is not null, () => "no engine");
        return route!;
    }
}
