using Microsoft.AspNetCore.Http.HttpResults;
using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Jobs;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Jobs;

internal static class JobEndpoints
{
    private const string Path = "/api/system/jobs";
    private static readonly TimeSpan ComeBackSoon = TimeSpan.FromSeconds(5);

    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Path).WithTags("System").WithMetadata(BodyLimit.Json).RequireAuthorization(Scopes.Admin);

        group.MapGet("/", ListJobs);
        group.MapPost("/{name}/run", RunJob);
    }

    /// <summary>What the platform does by the clock: when each job runs next, and what became of its last run.</summary>
    internal static async Task<Ok<JobList>> ListJobs(IGrainFactory grains, CancellationToken cancellationToken) =>
        TypedResults.Ok(new JobList(await AskAsync(grains, jobs => jobs.ListAsync(), cancellationToken)));

    /// <summary>Has a job run now, beside its schedule. While it runs already, the new run is left out.</summary>
    internal static async Task<Accepted<JobRunRequest>> RunJob(string name, IGrainFactory grains, CancellationToken cancellationToken) =>
        TypedResults.Accepted(Path, await AskAsync(grains, jobs => jobs.RunAsync(name), cancellationToken));

    private static async Task<T> AskAsync<T>(IGrainFactory grains, Func<IJobsGrain, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(grains.GetGrain<IJobsGrain>(0)).WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is OrleansException { InnerException: not PlatformException } or TimeoutException)
        {
            throw new PlatformException(ErrorCode.JobsUnavailable, "The jobs service does not answer.") { RetryAfter = ComeBackSoon };
        }
    }
}

internal sealed record JobList(IReadOnlyList<JobView> Items);
