using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Engines;
using WaPlatform.Data;
using WaPlatform.Data.Engines;
using WaPlatform.ServiceDefaults.Engines;
using WaPlatform.Tests.Data;

namespace WaPlatform.Tests.Engines.Releases;

/// <summary>What rollouts rely on in either database.</summary>
public abstract class EngineRowTests(TestDatabase database)
{
    private const string Phone = "5511970000001";
    private static readonly DateTimeOffset Noon = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Wanted_ByDefault_IsTheFleetsAndOfDevicesInARolloutItsOwn()
    {
        await using var db = await database.OpenAsync(CancellationToken);
        await db.EngineFleets.ExecuteUpdateAsync(set => set.SetProperty(f => f.Current, "9.2.0"), CancellationToken);
        var rollout = NewRollout("9.3.0");
        db.EngineRollouts.Add(rollout);
        await db.SaveChangesAsync(CancellationToken);

        foreach (var (state, expected) in new[]
        {
            (RolloutDeviceState.Pending, "9.2.0"), (RolloutDeviceState.Restarting, "9.3.0"), (RolloutDeviceState.Soaking, "9.3.0"), (RolloutDeviceState.Healthy, "9.3.0"),
            (RolloutDeviceState.Failed, "9.3.0"), (RolloutDeviceState.RollingBack, "9.2.0"), (RolloutDeviceState.RolledBack, "9.2.0"), (RolloutDeviceState.Left, "9.2.0"),
        })
        {
            rollout.Devices[0].State = state;
            await db.SaveChangesAsync(CancellationToken);
            Assert.Equal((state, expected), (state, await db.WantedEngineAsync(Phone, CancellationToken)));
        }

        rollout.Devices[0].State = RolloutDeviceState.Healthy;
        rollout.Active = false;
        await db.SaveChangesAsync(CancellationToken);
        Assert.Equal("9.2.0", await db.WantedEngineAsync(Phone, CancellationToken));
        await db.EngineFleets.ExecuteUpdateAsync(set => set.SetProperty(f => f.Current, (string?)null), CancellationToken);
        Assert.Null(await db.WantedEngineAsync(Phone, CancellationToken));
    }

    [Fact]
    public async Task Rollouts_TwoThatHaveNotEnded_AreAUniqueViolation()
    {
        await using var db = await database.OpenAsync(CancellationToken);
        var (ended, first) = (NewRollout("9.1.0"), NewRollout("9.2.0"));
        ended.Active = false;
        db.EngineRollouts.AddRange(ended, first);
        await db.SaveChangesAsync(CancellationToken);

        await using var other = await database.OpenAsync(CancellationToken);
        other.EngineRollouts.Add(NewRollout("9.3.0"));
        var refused = await Assert.ThrowsAsync<DbUpdateException>(() => other.SaveChangesAsync(CancellationToken));

        Assert.True(refused.IsUniqueViolation());
        first.Active = false;
        await db.SaveChangesAsync(CancellationToken);
    }

    [Fact]
    public async Task Rollouts_TwoThatTakeTheSameStep_OneIsRefused()
    {
        await using var one = await database.OpenAsync(CancellationToken);
        var rollout = NewRollout("9.4.0");
        rollout.Active = false;
        one.EngineRollouts.Add(rollout);
        await one.SaveChangesAsync(CancellationToken);
        await using var other = await database.OpenAsync(CancellationToken);
        var same = await other.EngineRollouts.SingleAsync(r => r.Id == rollout.Id, CancellationToken);

        (rollout.State, rollout.Revision) = (RolloutState.Canary, 1);
        await one.SaveChangesAsync(CancellationToken);
        (same.State, same.Revision) = (RolloutState.RollingBack, 1);

        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => other.SaveChangesAsync(CancellationToken));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(EngineArchives.PartSize)]
    [InlineData((2 * EngineArchives.PartSize) + 17)]
    public async Task Archives_Stored_ComeBackWithTheirDigest(int size)
    {
        var version = $"9.5.{size}";
        var archives = new EngineArchives(database.Factory);
        var content = RandomNumberGenerator.GetBytes(size);
        await AddReleaseAsync(version);

        await StoreAsync(archives, version, RandomNumberGenerator.GetBytes(3));
        await StoreAsync(archives, version, content);

        await using var db = await database.OpenAsync(CancellationToken);
        var row = await db.EngineArchives.SingleAsync(a => a.Version == version, CancellationToken);
        Assert.True(row.IsStored);
        using var copy = new MemoryStream();
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), await archives.WriteAsync(row.ContentId!.Value, copy, CancellationToken));
        Assert.Equal(content, copy.ToArray());

        // Nothing is left of what was stored before.
        Assert.Equal(1 + ((size - 1) / EngineArchives.PartSize), await db.EngineParts.CountAsync(p => db.EngineArchives.Any(a => a.Version == version && a.ContentId == p.ContentId), CancellationToken));
        await archives.RemoveOlderAsync(new EngineVersion(99, 0, 0), [], CancellationToken);
        Assert.Equal(0, await db.EngineParts.CountAsync(CancellationToken));
    }

    [Fact]
    public async Task Archives_OlderThanTheCurrentOne_AreRemovedButForTheOneToGoBackTo()
    {
        var archives = new EngineArchives(database.Factory);
        string[] versions = ["9.6.0", "9.6.1", "9.6.2", "9.10.0"];
        foreach (var version in versions)
        {
            await AddReleaseAsync(version);
            await StoreAsync(archives, version, [1]);
        }

        await archives.RemoveOlderAsync(new EngineVersion(9, 6, 2), ["9.6.1"], CancellationToken);

        await using var db = await database.OpenAsync(CancellationToken);
        Assert.Equal(["9.10.0", "9.6.1", "9.6.2"], await db.EngineArchives.Where(a => versions.Contains(a.Version) && a.IsStored).Select(a => a.Version).Order().ToListAsync(CancellationToken));
        await archives.RemoveOlderAsync(new EngineVersion(99, 0, 0), [], CancellationToken);
    }

    private static EngineRollout NewRollout(string version)
    {
        var rollout = new EngineRollout { Id = Guid.CreateVersion7(), Version = version, From = "9.2.0", StartedAt = Noon, Active = true };
        rollout.Devices.Add(new EngineRolloutDevice { RolloutId = rollout.Id, PhoneNumber = Phone, Since = Noon });
        return rollout;
    }

    private static async Task StoreAsync(EngineArchives archives, string version, byte[] content)
    {
        var path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, content, CancellationToken);
        await archives.StoreAsync(version, "linux_amd64", path, CancellationToken);
        File.Delete(path);
    }

    private async Task AddReleaseAsync(string version)
    {
        await using var db = await database.OpenAsync(CancellationToken);
        var release = new EngineRelease { Version = version, FoundAt = Noon };
        release.Archives.Add(new EngineArchive { Version = version, Platform = "linux_amd64", Sha256 = new string('0', 64) });
        db.EngineReleases.Add(release);
        await db.SaveChangesAsync(CancellationToken);
    }
}

public sealed class SqliteEngineRowTests(SqliteTestDatabase database) : EngineRowTests(database), IClassFixture<SqliteTestDatabase>;

public sealed class PostgresEngineRowTests(PostgresTestDatabase database) : EngineRowTests(database), IClassFixture<PostgresTestDatabase>;
