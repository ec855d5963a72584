using WaPlatform.Console.Http;

namespace WaPlatform.Console.Access;

/// <summary>The API's calls about who may do what, and who did.</summary>
public sealed class AccessClient(ApiClient api)
{
    public Task<Page<User>> ListUsersAsync(CancellationToken cancellationToken) => api.GetAsync("/api/users?limit=500", ApiJson.Default.PageUser, cancellationToken);

    public Task AddUserAsync(NewUser user, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, "/api/users", ApiClient.Json(user, ApiJson.Default.NewUser), cancellationToken);

    public Task SetRoleAsync(string username, string role, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Patch, UserPath(username), ApiClient.Json(new RoleChange(role), ApiJson.Default.RoleChange), cancellationToken);

    public Task RemoveUserAsync(string username, CancellationToken cancellationToken) => api.SendAsync(HttpMethod.Delete, UserPath(username), null, cancellationToken);

    public Task<Page<ApiKey>> ListKeysAsync(CancellationToken cancellationToken) => api.GetAsync("/api/keys?limit=500", ApiJson.Default.PageApiKey, cancellationToken);

    public Task<ApiKey> AddKeyAsync(NewKey key, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, "/api/keys", ApiClient.Json(key, ApiJson.Default.NewKey), ApiJson.Default.ApiKey, cancellationToken);

    public Task RevokeKeyAsync(string id, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Delete, $"/api/keys/{Uri.EscapeDataString(id)}", null, cancellationToken);

    /// <summary>What was done, newest first.</summary>
    public Task<Page<AuditEntry>> ListAuditAsync(string? after, CancellationToken cancellationToken) =>
        api.GetAsync(ApiClient.Path("/api/audit", ("after", after)), ApiJson.Default.PageAuditEntry, cancellationToken);

    private static string UserPath(string username) => $"/api/users/{Uri.EscapeDataString(username)}";
}

public sealed record User(string Username, string Role, DateTimeOffset? CreatedAt = null, DateTimeOffset? LockedUntil = null);

public sealed record NewUser(string Username, string Password, string Role);

public sealed record RoleChange(string Role);

/// <param name="Key">Itself: only in the answer to the call that made it.</param>
public sealed record ApiKey(
    string Id, string Name, string Prefix, IReadOnlyList<string> Scopes, IReadOnlyList<string>? Devices, DateTimeOffset? ExpiresAt, string? Key = null, DateTimeOffset? LastUsedAt = null,
    string? CreatedBy = null);

public sealed record NewKey(string Name, IReadOnlyList<string> Scopes, IReadOnlyList<string>? Devices, DateTimeOffset? ExpiresAt);

public sealed record AuditEntry(
    long Id, DateTimeOffset At, string? Actor, string? Credential, string Action, string? Target, string? Device, string? Address, int Status, string? Outcome, string? TraceId);
