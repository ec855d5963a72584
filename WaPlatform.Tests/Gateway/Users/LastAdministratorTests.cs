using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.Data.Access;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;
using WaPlatform.Gateway.Users;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Gateway.Users;

public sealed class LastAdministratorPolicyTests
{
    [Theory]
    [InlineData(UserRole.Admin, UserRole.Viewer, 0, true)]
    [InlineData(UserRole.Admin, null, 0, true)]
    [InlineData(UserRole.Admin, UserRole.Admin, 0, false)]
    [InlineData(UserRole.Admin, null, 1, false)]
    [InlineData(UserRole.Operator, null, 0, false)]
    public void IsLost_OnlyIfNobodyIsLeft(UserRole role, UserRole? next, int others, bool expected) =>
        Assert.Equal(expected, LastAdministrator.IsLost(role, next, others));
}

public abstract class LastAdministratorTests : IAsyncLifetime
{
    private GatewayHost _gateway = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    protected abstract Task<GatewayHost> CreateAsync();

    public async ValueTask InitializeAsync()
    {
        _gateway = await CreateAsync();
        await _gateway.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task RemoveOrDemote_TheLast_Answers409()
    {
        using var removed = await _gateway.Client.DeleteAsync("/api/users/Admin", CancellationToken);
        using var demoted = await _gateway.Client.PatchAsJsonAsync("/api/users/admin", new { role = "operator" }, CancellationToken);

        await removed.AssertProblemAsync(HttpStatusCode.Conflict, "LAST_ADMINISTRATOR");
        await demoted.AssertProblemAsync(HttpStatusCode.Conflict, "LAST_ADMINISTRATOR");
    }

    [Fact]
    public async Task RemoveAndDemote_AllAtOnce_OneIsLeft()
    {
        var users = _gateway.Services.GetRequiredService<UserAdmin>();
        var everything = Grant.Of(UserRole.Admin);
        for (var round = 0; round < 5; round++)
        {
            await _gateway.AddUserAsync($"second-{round}", "some password", UserRole.Admin);
            await _gateway.AddUserAsync($"third-{round}", "some password", UserRole.Admin);
            var names = await _gateway.QueryAsync(db => db.Users.Where(user => user.Role == UserRole.Admin).Select(user => user.Username).ToListAsync(CancellationToken));
            Assert.Equal(3, names.Count);

            var faults = await Task.WhenAll(names.Select((name, index) => Task.Run<Fault?>(async () => index == 0
                ? await users.RemoveAsync(everything, name, CancellationToken)
                : (await users.ChangeAsync(everything, name, UserRole.Viewer, password: null, CancellationToken)).Fault)));

            Assert.Equal(ErrorCode.LastAdministrator, Assert.Single(faults, fault => fault is not null)!.Code);
            Assert.Equal(1, await _gateway.QueryAsync(db => db.Users.CountAsync(user => user.Role == UserRole.Admin, CancellationToken)));
        }
    }
}

public sealed class SqliteLastAdministratorTests(RedisServer redis) : LastAdministratorTests
{
    protected override Task<GatewayHost> CreateAsync() => Task.FromResult(new GatewayHost(redis));
}

public sealed class PostgresLastAdministratorTests(RedisServer redis, PostgresServer postgres) : LastAdministratorTests
{
    protected override async Task<GatewayHost> CreateAsync() =>
        new(redis) { Settings = { ["ConnectionStrings:wadb"] = await postgres.NameDatabaseAsync(TestContext.Current.CancellationToken) } };
}
