using System.Text.Json.Serialization;

namespace WaPlatform.Contracts.Backups;

/// <summary>A backup, as the API shows it and as it is noted beside the archive.</summary>
/// <param name="Id">Also the archive's file name, without its ending.</param>
/// <param name="SizeBytes">Of the archive; null until it is complete.</param>
/// <param name="Content">What is in it; null until it is complete, and for an archive that was brought here and never opened.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="VerifiedAt">When all of it was last read and found sound.</param>
/// <param name="Operation">What was last done with it, or is being done.</param>
/// <param name="Drill">Outcome of its last restore drill.</param>
[GenerateSerializer, Immutable]
public sealed record BackupView(
    [property: Id(0)] string Id,
    [property: Id(1)] BackupState State,
    [property: Id(2)] BackupTrigger Trigger,
    [property: Id(3)] DateTimeOffset CreatedAt,
    [property: Id(4)] DateTimeOffset? CompletedAt,
    [property: Id(5)] long? SizeBytes,
    [property: Id(6)] bool Encrypted,
    [property: Id(7)] BackupContent? Content,
    [property: Id(8)] BackupError? Error,
    [property: Id(9)] DateTimeOffset? VerifiedAt,
    [property: Id(10)] BackupOperation? Operation,
    [property: Id(11)] DrillReport? Drill);

/// <summary>What a backup holds.</summary>
/// <param name="Rows">Number of rows by table.</param>
/// <param name="Sessions">Numbers whose session files are in it; sessions in PostgreSQL are not counted.</param>
/// <param name="Media">Files of messages that wait.</param>
/// <param name="MissingSessions">Numbers whose session files could not be had: their host was away.</param>
[GenerateSerializer, Immutable]
public sealed record BackupContent(
    [property: Id(0)] IReadOnlyDictionary<string, long> Rows,
    [property: Id(1)] int Sessions,
    [property: Id(2)] int Media,
    [property: Id(3)] IReadOnlyList<string> MissingSessions);

/// <param name="Code">Stable: a code of the API.</param>
[GenerateSerializer, Immutable]
public sealed record BackupError([property: Id(0)] string Code, [property: Id(1)] string Detail);

/// <summary>Something that is done with a backup.</summary>
/// <param name="Device">The only number that is restored; null = all.</param>
[GenerateSerializer, Immutable]
public sealed record BackupOperation(
    [property: Id(0)] BackupOperationKind Kind,
    [property: Id(1)] BackupOperationState State,
    [property: Id(2)] DateTimeOffset StartedAt,
    [property: Id(3)] DateTimeOffset? FinishedAt,
    [property: Id(4)] string? Device,
    [property: Id(5)] BackupError? Error);

/// <summary>What a restore into a scratch place showed.</summary>
/// <param name="Expected">Rows by table as the archive's manifest tells them.</param>
/// <param name="Found">Rows by table in what was restored.</param>
/// <param name="Sessions">Session databases that were opened and found sound.</param>
[GenerateSerializer, Immutable]
public sealed record DrillReport(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] bool Succeeded,
    [property: Id(2)] long DurationMs,
    [property: Id(3)] IReadOnlyDictionary<string, long> Expected,
    [property: Id(4)] IReadOnlyDictionary<string, long> Found,
    [property: Id(5)] int Sessions,
    [property: Id(6)] BackupError? Error);

[JsonConverter(typeof(SnakeCaseEnumConverter<BackupState>))]
public enum BackupState
{
    Running,
    Completed,
    Failed,
}

/// <summary>Who asked for a backup.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<BackupTrigger>))]
public enum BackupTrigger
{
    Manual,
    Schedule,

    /// <summary>Its archive was put into the directory.</summary>
    Import,
}

[JsonConverter(typeof(SnakeCaseEnumConverter<BackupOperationKind>))]
public enum BackupOperationKind
{
    Verify,
    Restore,
    Drill,
}

[JsonConverter(typeof(SnakeCaseEnumConverter<BackupOperationState>))]
public enum BackupOperationState
{
    Running,
    Completed,
    Failed,
}
