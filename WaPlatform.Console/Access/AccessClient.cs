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

    /// <summary>Ends the user's sessions, too.</summary>
    public Task SetPasswordAsync(string username, string password, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Patch, UserPath(username), ApiClient.Json(new PasswordReset(password), ApiJson.Default.PasswordReset), cancellationToken);

    public Task RemoveUserAsync(string username, CancellationToken cancellationToken) => api.SendAsync(HttpMethod.Delete, UserPath(username), null, cancellationToken);

    public Task<Page<ApiKey>> ListKeysAsync(CancellationToken cancellationToken) => api.GetAsync("/api/keys?limit=500", ApiJson.Default.PageApiKey, cancellationToken);

    public Task<ApiKey> AddKeyAsync(NewKey key, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, "/api/keys", ApiClient.Json(key, ApiJson.Default.NewKey), ApiJson.Default.ApiKey, cancellationToken);

    public Task RevokeKeyAsync(string id, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Delete, $"/api/keys/{Uri.EscapeDataString(id)}", null, cancellationToken);

    /// <summary>What was done, newest first.</summary>
    public Task<Page<AuditEntry>> ListAuditAsync(AuditQuery query, string? after, CancellationToken cancellationToken) =>
        api.GetAsync(AuditPath("/api/audit", query, after), ApiJson.Default.PageAuditEntry, cancellationToken);

    /// <summary>Goes through all entries and says whether one was changed or removed.</summary>
    public Task<AuditCheck> VerifyAuditAsync(CancellationToken cancellationToken) => api.GetAsync("/api/audit/verify", ApiJson.Default.AuditCheck, cancellationToken);

    /// <summary>All entries that the filters leave, each a line of JSON. Dispose it.</summary>
    public Task<HttpResponseMessage> ExportAuditAsync(AuditQuery query, CancellationToken cancellationToken) =>
        api.StreamAsync(AuditPath("/api/audit/export", query, null), "application/x-ndjson", cancellationToken);

    private static string AuditPath(string path, AuditQuery query, string? after) =>
        ApiClient.Path(path, ("actor", query.Actor), ("action", query.Action), ("device", query.Device), ("outcome", query.Outcome), ("after", after));

    private static string UserPath(string username) => $"/api/users/{Uri.EscapeDataString(username)}";
}

public sealed record User(string Username, string Role, DateTimeOffset? CreatedAt = null, DateTimeOffset? LockedUntil = null);

public sealed record NewUser(string Username, string Password, string Role);

public sealed record RoleChange(string Role);

public sealed record PasswordReset(string Password);

/// <param name="Key">Itself: only in the answer to the call that made it.</param>
public sealed record ApiKey(
    string Id, string Name, string Prefix, IReadOnlyList<string> Scopes, IReadOnlyList<string>? Devices, DateTimeOffset? ExpiresAt, string? Key = null, DateTimeOffset? LastUsedAt = null,
    string? CreatedBy = null);

public sealed record NewKey(string Name, IReadOnlyList<string> Scopes, IReadOnlyList<string>? Devices, DateTimeOffset? ExpiresAt);

/// <summary>Which entries are asked for; empty = all.</summary>
/// <param name="Action">A part of it.</param>
/// <param name="Outcome">succeeded, refused or failed.</param>
public sealed record AuditQuery(string? Actor, string? Action, string? Device, string? Outcome);

public sealed record AuditEntry(
    long Id, DateTimeOffset At, string? Actor, string? Credential, string Action, string? Target, string? Device, string? Address, int Status, string Outcome, string? TraceId);

/// <param name="Entries">So many, from the first on, are as they were written.</param>
/// <param name="BrokenAt">The first that is not, and <paramref name="Reason"/> why.</param>
public sealed record AuditCheck(bool Valid, long Entries, string LastHash, long? BrokenAt, string? Reason);
