using System.Text.Json;
using System.Text.Json.Nodes;
using WaPlatform.Console.Http;

namespace WaPlatform.Console.Platform;

/// <summary>The API's calls about the platform itself.</summary>
public sealed class PlatformClient(ApiClient api)
{
    public Task<Hosts> ListHostsAsync(CancellationToken cancellationToken) => api.GetAsync("/api/system/hosts", ApiJson.Default.Hosts, cancellationToken);

    /// <param name="drain">False: it takes devices again.</param>
    public Task DrainAsync(string host, bool drain, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, $"/api/system/hosts/{Uri.EscapeDataString(host)}/{(drain ? "drain" : "resume")}", null, cancellationToken);

    public Task<EngineState> GetEngineAsync(CancellationToken cancellationToken) => api.GetAsync("/api/system/engine", ApiJson.Default.EngineState, cancellationToken);

    public Task CheckEngineAsync(CancellationToken cancellationToken) => api.SendAsync(HttpMethod.Post, "/api/system/engine/check", null, cancellationToken);

    public Task RollOutAsync(RolloutWish wish, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, "/api/system/engine/rollout", ApiClient.Json(wish, ApiJson.Default.RolloutWish), cancellationToken);

    public Task RollBackAsync(CancellationToken cancellationToken) => api.SendAsync(HttpMethod.Post, "/api/system/engine/rollback", null, cancellationToken);

    public Task<Backups> ListBackupsAsync(CancellationToken cancellationToken) => api.GetAsync("/api/backups", ApiJson.Default.Backups, cancellationToken);

    public Task MakeBackupAsync(CancellationToken cancellationToken) => api.SendAsync(HttpMethod.Post, "/api/backups", null, cancellationToken);

    public Task VerifyBackupAsync(string id, CancellationToken cancellationToken) => api.SendAsync(HttpMethod.Post, $"{BackupPath(id)}/verify", null, cancellationToken);

    public Task RestoreBackupAsync(string id, CancellationToken cancellationToken) => api.SendAsync(HttpMethod.Post, $"{BackupPath(id)}/restore", null, cancellationToken);

    /// <summary>The archive. Dispose it.</summary>
    public Task<HttpResponseMessage> DownloadBackupAsync(string id, CancellationToken cancellationToken) =>
        api.StreamAsync($"{BackupPath(id)}/download", "application/octet-stream", cancellationToken);

    public Task<Health> GetHealthAsync(CancellationToken cancellationToken) => api.GetAsync("/api/health", ApiJson.Default.Health, cancellationToken);

    public Task<HealthDetail> GetHealthDetailAsync(CancellationToken cancellationToken) => api.GetAsync("/api/health/detailed", ApiJson.Default.HealthDetail, cancellationToken);

    public Task CleanUpAsync(CancellationToken cancellationToken) => api.SendAsync(HttpMethod.Post, "/api/system/cleanup", null, cancellationToken);

    /// <returns>Null where the platform does not tell it.</returns>
    public async Task<double?> GetMessagesPerMinuteAsync(CancellationToken cancellationToken)
    {
        var summary = await api.GetAsync("/api/metrics/summary", ApiJson.Default.JsonObject, cancellationToken);
        return Number(summary, "messagesPerMinute") ?? Number(summary["messages"] as JsonObject, "perMinute");
    }

    private static double? Number(JsonObject? members, string name) =>
        members?[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? value.GetValue<double>() : null;

    private static string BackupPath(string id) => $"/api/backups/{Uri.EscapeDataString(id)}";
}
