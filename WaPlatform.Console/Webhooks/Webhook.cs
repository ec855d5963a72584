namespace WaPlatform.Console.Webhooks;

/// <summary>A subscription of somebody's server.</summary>
/// <param name="Secret">Only in the answer to the call that set it.</param>
/// <param name="Headers">Their values are not shown.</param>
public sealed record Webhook(
    string Id, string Url, string? Secret, DateTimeOffset? PreviousSecretUntil, IReadOnlyList<string> Events, IReadOnlyList<string>? Devices, Dictionary<string, string>? Headers, bool Active,
    string? DisabledReason, DateTimeOffset? FailingSince, int ConsecutiveFailures, DateTimeOffset? NextAttemptAt, DateTimeOffset? LastSuccessAt, DateTimeOffset? MissedAt, bool Replaying);

/// <summary>What is asked of a webhook, a new one or one that is there.</summary>
/// <param name="Devices">Empty: all.</param>
/// <param name="Headers">All of them; *** leaves the value of one as it is.</param>
public sealed record WebhookWish(string Url, IReadOnlyList<string> Events, IReadOnlyList<string> Devices, Dictionary<string, string> Headers);

public sealed record WebhookSwitch(bool Active);

/// <summary>What became of one event at one webhook.</summary>
/// <param name="Status">pending, delivered or dead.</param>
public sealed record Delivery(
    string Id, string Event, string Type, string? PhoneNumber, string Kind, string Status, int Attempts, int? ResponseStatus, string? ResponseBody, string? Error, int? DurationMs,
    DateTimeOffset CreatedAt, DateTimeOffset? LastAttemptAt, DateTimeOffset? NextAttemptAt);

public sealed record ReplayRange(DateTimeOffset? From, DateTimeOffset? To);

/// <param name="Events">How many are looked at.</param>
public sealed record Replay(DateTimeOffset From, DateTimeOffset To, int Events);
