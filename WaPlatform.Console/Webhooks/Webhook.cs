namespace WaPlatform.Console.Webhooks;

/// <summary>A subscription of somebody's server. The secret comes once, when it is made.</summary>
public sealed record Webhook(
    string Id, string Url, string? Secret, IReadOnlyList<string> Events, IReadOnlyList<string>? Devices, Dictionary<string, string>? Headers, bool Active, string? DisabledReason = null,
    DateTimeOffset? FailingSince = null, int ConsecutiveFailures = 0, DateTimeOffset? NextAttemptAt = null, DateTimeOffset? LastSuccessAt = null, bool Replaying = false);

/// <summary>What is asked of a new webhook.</summary>
public sealed record NewWebhook(string Url, IReadOnlyList<string> Events, IReadOnlyList<string>? Devices, Dictionary<string, string>? Headers, bool Active = true);

public sealed record WebhookSwitch(bool Active);

/// <summary>What became of one event at one webhook.</summary>
public sealed record Delivery(
    string Id, string? Event, string? Type, string? PhoneNumber, string? Kind, string Status, int Attempts, int? ResponseStatus, string? ResponseBody, string? Error, int? DurationMs,
    DateTimeOffset CreatedAt, DateTimeOffset? LastAttemptAt, DateTimeOffset? NextAttemptAt);

public sealed record ReplayRange(DateTimeOffset? From, DateTimeOffset? To);
