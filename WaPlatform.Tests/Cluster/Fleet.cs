using System.Diagnostics;
using System.Text.Json;
using WaPlatform.Tests.Platform;

namespace WaPlatform.Tests.Cluster;

/// <summary>A device and the process that serves it.</summary>
internal sealed record PlacedDevice(string Phone, string State, string? Host, int? Pid)
{
    public bool IsConnected => State == "connected" && Pid is not null;
}

/// <summary>A host as the API shows it.</summary>
internal sealed record ListedHost(string Id, string State, int Devices);

/// <summary>Devices and hosts of a platform, through its API.</summary>
internal static class Fleet
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    extension(IPlatform platform)
    {
        /// <returns>Null while the API does not answer that.</returns>
        public async Task<List<PlacedDevice>?> DevicesAsync(CancellationToken cancellationToken) =>
            await platform.TryGetAsync("/api/devices?limit=500", cancellationToken) is { } list ? [.. list.GetProperty("items").EnumerateArray().Select(ReadDevice)] : null;

        /// <returns>Null while the API does not answer that.</returns>
        public async Task<List<ListedHost>?> HostsAsync(CancellationToken cancellationToken) =>
            await platform.TryGetAsync("/api/system/hosts", cancellationToken) is { } list ? [.. list.GetProperty("items").EnumerateArray().Select(ReadHost)] : null;

        /// <summary>Waits until the devices are as they are to be; how long that took.</summary>
        public Task<TimeSpan> WaitForFleetAsync(string what, Func<List<PlacedDevice>, bool> condition, CancellationToken cancellationToken) =>
            platform.WaitForAsync(what, platform.DevicesAsync, condition, cancellationToken);

        /// <summary>Waits until the hosts are as they are to be; how long that took.</summary>
        public Task<TimeSpan> WaitForHostsAsync(string what, Func<List<ListedHost>, bool> condition, CancellationToken cancellationToken) =>
            platform.WaitForAsync(what, platform.HostsAsync, condition, cancellationToken);

        private async Task<TimeSpan> WaitForAsync<T>(string what, Func<CancellationToken, Task<List<T>?>> ask, Func<List<T>, bool> condition, CancellationToken cancellationToken)
        {
            var started = Stopwatch.GetTimestamp();
            while (true)
            {
                var last = await ask(cancellationToken);
                var took = Stopwatch.GetElapsedTime(started);
                if (last is not null && condition(last))
                {
                    return took;
                }

                Assert.True(took < ServiceProcess.Patience, $"Not {what}:\n{(last is null ? "no answer" : string.Join('\n', last))}\n{Tell(platform.Said)}");
                await Task.Delay(Look, TimeProvider.System, cancellationToken);
            }
        }

        private async Task<JsonElement?> TryGetAsync(string path, CancellationToken cancellationToken)
        {
            try
            {
                using var answer = await platform.Client.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
                return answer.IsSuccessStatusCode ? JsonElement.Parse(await answer.Content.ReadAsStringAsync(cancellationToken)) : null;
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                return null;
            }
        }
    }

    /// <summary>Devices of each host.</summary>
    public static Dictionary<string, int> Spread(this IEnumerable<PlacedDevice> devices, IEnumerable<ServiceProcess> hosts) =>
        hosts.ToDictionary(host => host.Name, host => devices.Count(device => device.Host == host.Name));

    /// <summary>No host has many more than another.</summary>
    public static bool IsEven(this Dictionary<string, int> spread) => spread.Values.Max() - spread.Values.Min() <= 2;

    private static PlacedDevice ReadDevice(JsonElement device)
    {
        var process = device.GetProperty("process");
        var runs = process.ValueKind == JsonValueKind.Object;
        return new PlacedDevice(
            device.GetProperty("phoneNumber").GetString()!, device.GetProperty("state").GetString()!,
            runs ? process.GetProperty("host").GetString() : null, runs ? process.GetProperty("pid").GetInt32() : null);
    }

    private static ListedHost ReadHost(JsonElement host) => new(
        host.GetProperty("id").GetString()!, host.GetProperty("state").GetString()!, host.GetProperty("devices").GetProperty("total").GetInt32());

    // What the processes say that is not everyday.
    private static string Tell(IEnumerable<string> said) =>
        string.Join('\n', said.Where(line => line.Contains("warn:", StringComparison.Ordinal) || line.Contains("fail:", StringComparison.Ordinal) || line.Contains("crit:", StringComparison.Ordinal)).TakeLast(60));
}
