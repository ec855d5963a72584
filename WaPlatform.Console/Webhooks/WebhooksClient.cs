using WaPlatform.Console.Http;

namespace WaPlatform.Console.Webhooks;

/// <summary>The API's calls about webhooks.</summary>
public sealed class WebhooksClient(ApiClient api)
{
    public Task<Page<Webhook>> ListAsync(CancellationToken cancellationToken) => api.GetAsync("/api/webhooks?limit=500", ApiJson.Default.PageWebhook, cancellationToken);

    public Task<Webhook> GetAsync(string id, CancellationToken cancellationToken) => api.GetAsync(Path(id), ApiJson.Default.Webhook, cancellationToken);

    public Task<Webhook> AddAsync(WebhookWish wish, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, "/api/webhooks", ApiClient.Json(wish, ApiJson.Default.WebhookWish), ApiJson.Default.Webhook, cancellationToken);

    public Task<Webhook> EditAsync(string id, WebhookWish wish, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Patch, Path(id), ApiClient.Json(wish, ApiJson.Default.WebhookWish), ApiJson.Default.Webhook, cancellationToken);

    public Task<Webhook> SwitchAsync(string id, bool active, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Patch, Path(id), ApiClient.Json(new WebhookSwitch(active), ApiJson.Default.WebhookSwitch), ApiJson.Default.Webhook, cancellationToken);

    /// <summary>Makes another secret; the answer shows it.</summary>
    public Task<Webhook> RotateSecretAsync(string id, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, $"{Path(id)}/rotate-secret", null, ApiJson.Default.Webhook, cancellationToken);

    public Task RemoveAsync(string id, CancellationToken cancellationToken) => api.SendAsync(HttpMethod.Delete, Path(id), null, cancellationToken);

    public Task<Delivery> TestAsync(string id, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, $"{Path(id)}/test", null, ApiJson.Default.Delivery, cancellationToken);

    /// <summary>Newest first.</summary>
    public Task<Page<Delivery>> ListDeliveriesAsync(string id, string? status, string? after, CancellationToken cancellationToken) =>
        api.GetAsync(ApiClient.Path($"{Path(id)}/deliveries", ("status", status), ("after", after)), ApiJson.Default.PageDelivery, cancellationToken);

    public Task<Delivery> RedeliverAsync(string id, string delivery, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, $"{Path(id)}/deliveries/{Uri.EscapeDataString(delivery)}/redeliver", null, ApiJson.Default.Delivery, cancellationToken);

    public Task<Replay> ReplayAsync(string id, ReplayRange range, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, $"{Path(id)}/replay", ApiClient.Json(range, ApiJson.Default.ReplayRange), ApiJson.Default.Replay, cancellationToken);

    private static string Path(string id) => $"/api/webhooks/{Uri.EscapeDataString(id)}";
}
