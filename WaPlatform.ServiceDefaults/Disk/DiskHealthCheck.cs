using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace WaPlatform.ServiceDefaults.Disk;

/// <summary>Never unhealthy: a service that is taken out for a full disk frees none of it.</summary>
internal sealed class DiskHealthCheck(ReadDiskSpace read, IOptions<DiskOptions> options) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var space = read();
            var level = DiskPolicy.Judge(space, options.Value);
            var data = new Dictionary<string, object> { ["freeBytes"] = space.Free, ["totalBytes"] = space.Total };
            return Task.FromResult(level == DiskLevel.Ok
                ? HealthCheckResult.Healthy($"{space.Free} bytes are free.", data)
                : HealthCheckResult.Degraded($"The data directory's disk is {(level == DiskLevel.Low ? "running" : "nearly")} full: {space.Free} of {space.Total} bytes are free.", data: data));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Task.FromResult(HealthCheckResult.Degraded("The data directory's disk does not tell its space.", exception));
        }
    }
}
