namespace WaPlatform.Console.Platform;

/// <param name="State">running, completed or failed.</param>
/// <param name="Operation">What was last done with it, or is being done.</param>
/// <param name="Drill">Outcome of its last restore drill.</param>
public sealed record Backup(
    string Id, string State, string Trigger, DateTimeOffset CreatedAt, DateTimeOffset? CompletedAt, long? SizeBytes, bool Encrypted, DateTimeOffset? VerifiedAt, BackupOperation? Operation,
    BackupFault? Error, BackupDrill? Drill)
{
    public bool IsBusy => State == "running" || Operation is { State: "running" };
}

/// <param name="Kind">verify, restore or drill.</param>
/// <param name="State">running, completed or failed.</param>
public sealed record BackupOperation(string Kind, string State, DateTimeOffset StartedAt, BackupFault? Error);

public sealed record BackupFault(string Code, string Detail);

public sealed record BackupDrill(DateTimeOffset At, bool Succeeded, long DurationMs);
