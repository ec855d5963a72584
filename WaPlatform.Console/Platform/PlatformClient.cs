using WaPlatform.Console.Http;

namespace WaPlatform.Console.Platform;

/// <summary>The API's calls about the platform itself.</summary>
public sealed class PlatformClient(ApiClient api)
{
    public Task<Hosts> ListHostsAsync(CancellationToken cancellationToken) => api.GetAsync("/api/system/hosts", ApiJson.Default.Hosts, cancellationToken);

    /// <summary>What the hosts' machines have and use.</summary>
    public Task<SystemReport> GetSystemAsync(CancellationToken cancellationToken) => api.GetAsync("/api/health/system", ApiJson.Default.SystemReport, cancellationToken);

    /// <param name="drain">False: it takes devices again.</param>
    public Task DrainAsync(string host, bool drain, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, $"/api/system/hosts/{Uri.EscapeDataString(host)}/{(drain ? "drain" : "resume")}", null, cancellationToken);

    public Task<EngineState> GetEngineAsync(CancellationToken cancellationToken) => api.GetAsync("/api/system/engine", ApiJson.Default.EngineState, cancellationToken);

    public Task<EngineState> CheckEngineAsync(CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, "/api/system/engine/check", null, ApiJson.Default.EngineState, cancellationToken);

    public Task<EngineState> RollOutAsync(RolloutWish wish, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, "/api/system/engine/rollout", ApiClient.Json(wish, ApiJson.Default.RolloutWish), ApiJson.Default.EngineState, cancellationToken);

    public Task<EngineState> RollBackAsync(CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, "/api/system/engine/rollback", null, ApiJson.Default.EngineState, cancellationToken);

    /// <param name="version">The only one that may be rolled out; null = any.</param>
    public Task<EngineState> PinAsync(string? version, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Put, "/api/system/engine/pin", ApiClient.Json(new EnginePin(version), ApiJson.Default.EnginePin), ApiJson.Default.EngineState, cancellationToken);

    /// <summary>Newest first.</summary>
    public Task<Page<Backup>> ListBackupsAsync(CancellationToken cancellationToken) => api.GetAsync("/api/backups", ApiJson.Default.PageBackup, cancellationToken);

    public Task<Backup> MakeBackupAsync(CancellationToken cancellationToken) => api.SendAsync(HttpMethod.Post, "/api/backups", null, ApiJson.Default.Backup, cancellationToken);

    public Task<Backup> VerifyBackupAsync(string id, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, $"{BackupPath(id)}/verify", null, ApiJson.Default.Backup, cancellationToken);

    public Task<Backup> RestoreBackupAsync(string id, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, $"{BackupPath(id)}/restore", null, ApiJson.Default.Backup, cancellationToken);

    /// <summary>Restores the newest backup into a scratch place and compares.</summary>
    public Task<Backup> DrillAsync(CancellationToken cancellationToken) => api.SendAsync(HttpMethod.Post, "/api/backups/drill", null, ApiJson.Default.Backup, cancellationToken);

    /// <summary>The archive. Dispose it.</summary>
    public Task<HttpResponseMessage> DownloadBackupAsync(string id, CancellationToken cancellationToken) =>
        api.StreamAsync($"{BackupPath(id)}/download", "application/octet-stream", cancellationToken);

    public Task<Health> GetHealthAsync(CancellationToken cancellationToken) => api.GetAsync("/api/health", ApiJson.Default.Health, cancellationToken);

    public Task<HealthDetail> GetHealthDetailAsync(CancellationToken cancellationToken) => api.GetAsync("/api/health/detailed", ApiJson.Default.HealthDetail, cancellationToken);

    public Task<CleanupReport> CleanUpAsync(bool dryRun, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, "/api/system/cleanup", ApiClient.Json(new CleanupWish(dryRun), ApiJson.Default.CleanupWish), ApiJson.Default.CleanupReport, cancellationToken);

    public Task<Jobs> ListJobsAsync(CancellationToken cancellationToken) => api.GetAsync("/api/system/jobs", ApiJson.Default.Jobs, cancellationToken);

    /// <summary>Has a job run now; its outcome is in the list once it has ended.</summary>
    public Task RunJobAsync(string name, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, $"/api/system/jobs/{Uri.EscapeDataString(name)}/run", null, cancellationToken);

    /// <summary>Lets this browser into the jobs' dashboard for half an hour.</summary>
    public Task<Dashboard> OpenDashboardAsync(CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, "/api/auth/dashboard-session", null, ApiJson.Default.Dashboard, cancellationToken);

    public Task<Metrics> GetMetricsAsync(CancellationToken cancellationToken) => api.GetAsync("/api/metrics/summary", ApiJson.Default.Metrics, cancellationToken);

    private static string BackupPath(string id) => $"/api/backups/{Uri.EscapeDataString(id)}";
}
