using System.Text.Json.Serialization;

namespace WaPlatform.Contracts.Jobs;

/// <summary>A recurring job.</summary>
/// <param name="Schedule">Cron expression, in UTC; null = it runs on demand only.</param>
/// <param name="NextRun">Null without a schedule, and until the schedule is first read.</param>
/// <param name="LastRun">Null if none is known.</param>
[GenerateSerializer, Immutable]
public sealed record JobView(
    [property: Id(0)] string Name,
    [property: Id(1)] string? Schedule,
    [property: Id(2)] DateTimeOffset? NextRun,
    [property: Id(3)] JobRun? LastRun);

/// <summary>One run of a job.</summary>
/// <param name="Id">Its id in Hangfire.</param>
/// <param name="DurationMs">Null while it runs.</param>
/// <param name="Detail">What it did, or why it failed.</param>
[GenerateSerializer, Immutable]
public sealed record JobRun(
    [property: Id(0)] string Id,
    [property: Id(1)] DateTimeOffset StartedAt,
    [property: Id(2)] long? DurationMs,
    [property: Id(3)] JobOutcome Outcome,
    [property: Id(4)] string? Detail);

/// <summary>A run that was asked for.</summary>
/// <param name="Id">Of the run; <see cref="JobRun.Id"/> when it has begun.</param>
[GenerateSerializer, Immutable]
public sealed record JobRunRequest([property: Id(0)] string Name, [property: Id(1)] string Id);

[JsonConverter(typeof(SnakeCaseEnumConverter<JobOutcome>))]
public enum JobOutcome
{
    Running,
    Succeeded,
    Failed,
}
