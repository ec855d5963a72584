using Microsoft.EntityFrameworkCore;
using WaPlatform.Data.Access;
using WaPlatform.Gateway.Access;

namespace WaPlatform.Tests.Data;

public abstract class ApiKeyRowTests(TestDatabase database)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AllowedTo_SomeDevices_FindsKeysThatReachNoOther()
    {
        var mark = $"{Guid.NewGuid():N}";
        await AddAsync(Key(mark, "all", null), Key(mark, "one", ["1"]), Key(mark, "both", ["1", "2"]), Key(mark, "wider", ["1", "3"]), Key(mark, "other", ["3"]));

        await using var db = await database.OpenAsync(CancellationToken);
        async Task<string> FindAsync(DeviceAccess access) => string.Join(' ', await db.ApiKeys.AllowedTo(access)
            .Where(key => key.CreatedBy == mark).OrderBy(key => key.Name).Select(key => key.Name).ToListAsync(CancellationToken));

        Assert.Equal("both one", await FindAsync(DeviceAccess.To(["1", "2"])));
        Assert.Equal("", await FindAsync(DeviceAccess.To(["4"])));
        Assert.Equal("all both one other wider", await FindAsync(DeviceAccess.ToAll));
    }

    [Fact]
    public async Task Delete_OfAParent_DeletesItsLine()
    {
        var mark = $"{Guid.NewGuid():N}";
        var parent = Key(mark, "parent", null);
        var child = Key(mark, "child", null, parent.Id);
        await AddAsync(parent);
        await AddAsync(child);
        await AddAsync(Key(mark, "grandchild", null, child.Id), Key(mark, "stranger", null));

        await using var db = await database.OpenAsync(CancellationToken);
        await db.ApiKeys.Where(key => key.Id == parent.Id).ExecuteDeleteAsync(CancellationToken);

        Assert.Equal("stranger", await db.ApiKeys.Where(key => key.CreatedBy == mark).Select(key => key.Name).SingleAsync(CancellationToken));
    }

    private static ApiKey Key(string mark, string name, List<string>? devices, Guid? parent = null) => new()
    {
        Id = Guid.CreateVersion7(),
        Name = name,
        Prefix = $"wak_{Random.Shared.NextInt64():x}",
        Hash = "hash",
        Scopes = [Scopes.DevicesRead],
        Devices = devices,
        CreatedAt = DateTimeOffset.UnixEpoch,
        CreatedBy = mark,
        ParentId = parent,
    };

    private async Task AddAsync(params IEnumerable<ApiKey> keys)
    {
        await using var db = await database.OpenAsync(CancellationToken);
        db.AddRange(keys);
        await db.SaveChangesAsync(CancellationToken);
    }
}

public sealed class SqliteApiKeyRowTests(SqliteTestDatabase database) : ApiKeyRowTests(database), IClassFixture<SqliteTestDatabase>;

public sealed class PostgresApiKeyRowTests(PostgresTestDatabase database) : ApiKeyRowTests(database), IClassFixture<PostgresTestDatabase>;
