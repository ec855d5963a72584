using System.Text.Json.Serialization;
using WaPlatform.Contracts;
using WaPlatform.Data.Audit;

namespace WaPlatform.Gateway.Audit;

[JsonConverter(typeof(SnakeCaseEnumConverter<AuditOutcome>))]
internal enum AuditOutcome
{
    Succeeded,

    /// <summary>The caller was told that it may not, or not so.</summary>
    Refused,

    /// <summary>The platform could not.</summary>
    Failed,
}

/// <summary>One act.</summary>
/// <param name="Actor">Name of the user or key; null at a sign-in under a name that nobody has.</param>
/// <param name="Credential">By what the actor was known: <c>token</c>, <c>key</c> or, at the sign-in, <c>password</c>.</param>
/// <param name="Action">Method and route.</param>
/// <param name="Target">Path of what it was done to.</param>
/// <param name="Address">Where it came from.</param>
/// <param name="Status">HTTP status of the answer.</param>
/// <param name="Hash">SHA-256 over this entry and the hash of the one before.</param>
internal sealed record AuditView(
    long Id, DateTimeOffset At, string? Actor, string? Credential, string Action, string Target, string? Device, string? Address, int Status, AuditOutcome Outcome,
    string? TraceId, string Hash)
{
    public static AuditView From(AuditEntry entry) => new(
        entry.Id, entry.At, entry.Actor, entry.Credential, entry.Action, entry.Target, entry.Device, entry.Address, entry.Status, OutcomeOf(entry.Status), entry.TraceId,
        entry.Hash);

    private static AuditOutcome OutcomeOf(int status) => status switch
    {
        < StatusCodes.Status400BadRequest => AuditOutcome.Succeeded,
        < StatusCodes.Status500InternalServerError => AuditOutcome.Refused,
        _ => AuditOutcome.Failed,
    };
}

/// <summary>Whether the audit is as it was written.</summary>
/// <param name="Entries">So many, from the first on, are.</param>
/// <param name="LastHash">Of the last of these. Note it elsewhere with its number: a later check can ask for it.</param>
/// <param name="BrokenAt">The first that is not, and <paramref name="Reason"/> why: <c>missing</c>, <c>changed</c>, <c>rewritten</c>.</param>
internal sealed record AuditCheckView(bool Valid, long Entries, string LastHash, long? BrokenAt, string? Reason)
{
    public static AuditCheckView From(AuditVerdict verdict) =>
        new(verdict.Breach is null, verdict.LastId, verdict.LastHash, verdict.BrokenAt, verdict.Breach is { } breach ? WireJson.NameOf(breach) : null);
}
