using Orleans.Concurrency;
using WaPlatform.Contracts.Jobs;

namespace WaPlatform.Jobs.Schedule;

/// <summary>What the rest of the cluster reaches of the <see cref="JobDesk"/>. Reentrant: what it asks for is read from the storage in either case.</summary>
[Reentrant]
internal sealed class JobsGrain(JobDesk desk) : Grain, IJobsGrain
{
    public Task<IReadOnlyList<JobView>> ListAsync() => Task.Run(desk.List);

    public Task<JobRunRequest> RunAsync(string name) => Task.Run(() => desk.Run(name));
}
