namespace WaPlatform.Contracts.Jobs;

/// <summary>What is known of the recurring jobs, and the way to have one run now (singleton, key 0).</summary>
[Alias("WaPlatform.IJobsGrain")]
public interface IJobsGrain : IGrainWithIntegerKey
{
    /// <summary>All jobs.</summary>
    [Alias("List")]
    Task<IReadOnlyList<JobView>> ListAsync();

    /// <summary>Has a job run as soon as a worker is free. While it runs already, the new run is left out. Fault: JOB_NOT_FOUND.</summary>
    [Alias("Run")]
    Task<JobRunRequest> RunAsync(string name);
}
