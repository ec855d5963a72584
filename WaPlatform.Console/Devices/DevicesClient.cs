using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using WaPlatform.Console.Http;

namespace WaPlatform.Console.Devices;

/// <summary>The API's calls about devices and their queues.</summary>
public sealed class DevicesClient(ApiClient api)
{
    private const int LargestPage = 500;

    public Task<Device> GetAsync(string phone, CancellationToken cancellationToken) => api.GetAsync(Path(phone), ApiJson.Default.Device, cancellationToken);

    /// <summary>All of them, by number.</summary>
    public async Task<IReadOnlyList<Device>> ListAllAsync(CancellationToken cancellationToken)
    {
        var devices = new List<Device>();
        string? after = null;
        do
        {
            var page = await api.GetAsync(ApiClient.Path("/api/devices", ("limit", $"{LargestPage}"), ("after", after)), ApiJson.Default.PageDevice, cancellationToken);
            devices.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);

        return devices;
    }

    public Task<Device> RegisterAsync(NewDevice device, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, "/api/devices", ApiClient.Json(device, ApiJson.Default.NewDevice), ApiJson.Default.Device, cancellationToken);

    /// <param name="proxy">"" takes it away; null leaves it as it is.</param>
    public Task<Device> EditAsync(string phone, string name, string? proxy, CancellationToken cancellationToken)
    {
        // A member that is null would take the value away.
        var edit = new JsonObject { ["name"] = name };
        if (proxy is not null)
        {
            edit["proxy"] = proxy;
        }

        return api.SendAsync(HttpMethod.Patch, Path(phone), ApiClient.Json(edit, ApiJson.Default.JsonObject), ApiJson.Default.Device, cancellationToken);
    }

    public Task<Device> SetQueueAsync(string phone, QueueSettings queue, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Patch, Path(phone), ApiClient.Json(new QueueEdit(queue), ApiJson.Default.QueueEdit), ApiJson.Default.Device, cancellationToken);

    public Task RemoveAsync(string phone, bool erase, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Delete, ApiClient.Path(Path(phone), ("erase", erase ? "true" : null)), null, cancellationToken);

    public Task<Device> ActAsync(string phone, DeviceAction action, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, $"{Path(phone)}/{action.ToString().ToLowerInvariant()}", null, ApiJson.Default.Device, cancellationToken);

    public Task<QrCode> GetQrAsync(string phone, CancellationToken cancellationToken) => api.GetAsync($"{Path(phone)}/qr", ApiJson.Default.QrCode, cancellationToken);

    public Task<PairingCode> GetPairingCodeAsync(string phone, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, $"{Path(phone)}/pairing-code", null, ApiJson.Default.PairingCode, cancellationToken);

    public Task<DeviceStatus> GetStatusAsync(string phone, CancellationToken cancellationToken) =>
        api.GetAsync($"{Path(phone)}/status", ApiJson.Default.DeviceStatus, cancellationToken);

    /// <summary>State changes, newest first.</summary>
    public Task<Page<StateChange>> GetHistoryAsync(string phone, int limit, string? after, CancellationToken cancellationToken) =>
        api.GetAsync(ApiClient.Path($"{Path(phone)}/history", ("limit", $"{limit}"), ("after", after)), ApiJson.Default.PageStateChange, cancellationToken);

    public Task<QueueFacts> PauseAsync(string phone, bool pause, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, $"{QueuePath(phone)}/{(pause ? "pause" : "resume")}", null, ApiJson.Default.QueueFacts, cancellationToken);

    /// <summary>Cancels all that waits.</summary>
    public Task<Purged> PurgeAsync(string phone, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Delete, QueuePath(phone), null, ApiJson.Default.Purged, cancellationToken);

    /// <summary>What the engine wrote last, then each line as it comes, until it is cancelled or the connection breaks.</summary>
    public async IAsyncEnumerable<LogLine> FollowLogsAsync(string phone, int tail, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await api.StreamAsync(ApiClient.Path($"{Path(phone)}/logs", ("tail", $"{tail}")), "text/event-stream", cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(body).EnumerateAsync(cancellationToken))
        {
            if (JsonSerializer.Deserialize(item.Data, ApiJson.Default.LogLine) is { } line)
            {
                yield return line;
            }
        }
    }

    private static string Path(string phone) => $"/api/devices/{Uri.EscapeDataString(phone)}";

    private static string QueuePath(string phone) => $"/api/messages/queue/{Uri.EscapeDataString(phone)}";
}

/// <summary>What can be done to a device as a whole.</summary>
public enum DeviceAction
{
    Start,
    Stop,
    Restart,
    Reconnect,
    Logout,
}
