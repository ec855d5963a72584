using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Events;
using WaPlatform.Data;
using WaPlatform.ServiceDefaults.Disk;
using WaPlatform.Tests.Data;

namespace WaPlatform.Tests.ServiceDefaults.Disk;

public sealed class DiskWatchTests(SqliteTestDatabase database) : IClassFixture<SqliteTestDatabase>
{
    private const long Gigabyte = 1024L * 1024 * 1024;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(50, 100, DiskLevel.Ok)]
    [InlineData(9, 80, DiskLevel.Ok)]
    [InlineData(9, 100, DiskLevel.Low)]
    [InlineData(20, 1000, DiskLevel.Ok)]
    [InlineData(0, 100, DiskLevel.Critical)]
    [InlineData(2, 1000, DiskLevel.Low)]
    [InlineData(0, 0, DiskLevel.Ok)]
    public void Judge_FreeAndTotal_TellTheLevel(long free, long total, DiskLevel level) =>
        Assert.Equal(level, DiskPolicy.Judge(new DiskSpace(free * Gigabyte, total * Gigabyte), new DiskOptions()));

    [Fact]
    public async Task Look_TheLevelChanges_TellsItOnce()
    {
        var space = new DiskSpace(50 * Gigabyte, 100 * Gigabyte);
        await using var writes = new GroupCommit(database.Factory);
        using var watch = new DiskWatch(() => space, writes, Options.Create(new DiskOptions()), TimeProvider.System, NullLogger<DiskWatch>.Instance);
        foreach (var free in (long[])[50, 9, 8, 0, 50])
        {
            space = space with { Free = free * Gigabyte };
            await watch.LookAsync();
        }

        await using var db = await database.OpenAsync(CancellationToken);
        var told = await db.Events.Where(e => e.Type == EventTypes.DiskSpace).OrderBy(e => e.Id).Select(e => e.Data).ToListAsync(CancellationToken);
        Assert.Equal(["low", "critical", "ok"], told.Select(data => System.Text.Json.JsonElement.Parse(data).GetProperty("level").GetString()));
    }

    [Fact]
    public async Task CheckHealth_DiskRunsFull_IsDegradedAndNeverMore()
    {
        var check = new DiskHealthCheck(() => new DiskSpace(0, 100 * Gigabyte), Options.Create(new DiskOptions()));

        Assert.Equal(HealthStatus.Degraded, (await check.CheckHealthAsync(new HealthCheckContext(), CancellationToken)).Status);
    }
}
