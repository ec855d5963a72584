using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WaPlatform.ProcessHost.Sessions;
using WaPlatform.Tests.Postgres;

namespace WaPlatform.Tests.ProcessHost.Sessions;

/// <summary>One role and one schema for each number, on a real server, made by a superuser or by a user who may make roles.</summary>
public sealed class SessionRolesTests(PostgresServer postgres) : IAsyncDisposable
{
    private const string One = "5511999992001";
    private const string Two = "5511999992002";

    private static readonly SessionTurn First = new(1_000, 1);

    private readonly List<SessionRoles> _made = [];
    private string _database = "";
    private string _platform = "";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Secure_TwoNumbers_NeitherSeesTheOtherNorThePlatform(bool superuser)
    {
        var roles = await CreateAsync(superuser);
        await PostgresAddress.ExecuteAsync(_database, "CREATE TABLE devices (number text)", CancellationToken);
        var one = await SecureAsync(roles, One);
        var two = await SecureAsync(roles, Two);
        await RunAsync(one, "CREATE TABLE whatsmeow_version (version integer, compat integer)");

        Assert.Equal(["wa_5511999992001"], await PostgresAddress.QueryAsync(_database, "SELECT schemaname FROM pg_tables WHERE tablename = 'whatsmeow_version'", CancellationToken));
        Assert.Empty(await QueryAsync(two, "SELECT table_name FROM information_schema.tables WHERE table_name IN ('whatsmeow_version', 'devices')"));
        string[] forbidden =
            [$"SELECT * FROM wa_{One}.whatsmeow_version", "SELECT * FROM public.devices", "CREATE TABLE public.mine (a int)", $"CREATE TABLE wa_{One}.mine (a int)", "CREATE ROLE other"];
        foreach (var statement in forbidden)
        {
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await RefusalAsync(two, statement));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Secure_Again_ShutsOutWhoWasInBefore(bool superuser)
    {
        var roles = await CreateAsync(superuser);
        var before = await SecureAsync(roles, One);
        await using var leftOver = new NpgsqlConnection(PostgresAddress.FromUri(before.Uri));
        await leftOver.OpenAsync(CancellationToken);

        var after = await SecureAsync(roles, One);

        Assert.NotEqual(before.Password, after.Password);
        await using var command = new NpgsqlCommand("SELECT 1", leftOver);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => command.ExecuteScalarAsync(CancellationToken));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, await RefusalAsync(before, "SELECT 1"));
        await RunAsync(after, "SELECT 1");
    }

    [Fact]
    public async Task Secure_ManyAtATime_ExactlyOneIsLetIn()
    {
        var first = await CreateAsync(superuser: false);
        var second = Of(_platform);

        var accesses = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => SecureAsync(n % 2 == 0 ? first : second, One)));

        var letIn = 0;
        foreach (var access in accesses)
        {
            letIn += await RefusalAsync(access, "SELECT 1") is null ? 1 : 0;
        }

        Assert.Equal(1, letIn);
    }

    [Fact]
    public async Task Secure_OvertakenOwner_IsRefusedAndDisturbsNobody()
    {
        var roles = await CreateAsync(superuser: false);
        var later = await roles.SecureAsync(One, First with { Epoch = 2 }, CancellationToken);

        await Assert.ThrowsAsync<SessionStoreException>(() => roles.SecureAsync(One, First, CancellationToken));

        await RunAsync(later, "SELECT 1");
        await roles.SecureAsync(One, new SessionTurn(First.RegisteredAt + 1, 1), CancellationToken);
    }

    [Fact]
    public async Task Secure_SchemaFromABackup_BecomesTheRolesOwn()
    {
        var roles = await CreateAsync(superuser: true);
        await PostgresAddress.ExecuteAsync(_database, $"CREATE SCHEMA wa_{One}; CREATE TABLE wa_{One}.whatsmeow_device (jid text); INSERT INTO wa_{One}.whatsmeow_device VALUES ('x')", CancellationToken);

        var access = await SecureAsync(roles, One);

        await RunAsync(access, "INSERT INTO whatsmeow_device VALUES ('y')");
        Assert.Equal(["x", "y"], await QueryAsync(access, "SELECT jid FROM whatsmeow_device ORDER BY jid"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Drop_InUse_LeavesNothing(bool superuser)
    {
        var roles = await CreateAsync(superuser);
        var access = await SecureAsync(roles, One);
        var other = await SecureAsync(roles, Two);
        await RunAsync(access, "CREATE TABLE whatsmeow_device (jid text)");
        await using var inUse = new NpgsqlConnection(PostgresAddress.FromUri(access.Uri));
        await inUse.OpenAsync(CancellationToken);

        await roles.DropAsync(One, CancellationToken);
        await roles.DropAsync(One, CancellationToken);

        Assert.Equal([$"wa_{Two}"], await PostgresAddress.QueryAsync(_database, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'wa\\_%'", CancellationToken));
        Assert.Equal(["0"], await PostgresAddress.QueryAsync(
            _database, $"SELECT count(*) FROM pg_roles, pg_database WHERE datname = current_database() AND rolname = 'wa_{One}_' || pg_database.oid", CancellationToken));
        await RunAsync(other, "SELECT 1");
    }

    [Fact]
    public async Task Secure_ServerAway_IsSaidAndLaterItWorks()
    {
        await using var server = new PostgresServer();
        var roles = Of(await server.CreateDatabaseAsync(CancellationToken));
        await SecureAsync(roles, One);

        await server.StopAsync(CancellationToken);
        await Assert.ThrowsAsync<SessionStoreException>(() => SecureAsync(roles, One));

        await server.StartAsync(CancellationToken);
        await RunAsync(await SecureAsync(roles, One), "SELECT 1");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var roles in _made)
        {
            await roles.DisposeAsync();
        }
    }

    private async Task<SessionRoles> CreateAsync(bool superuser)
    {
        _database = _platform = await postgres.CreateDatabaseAsync(CancellationToken);
        if (!superuser)
        {
            var name = $"platform_{Guid.NewGuid():N}";
            var settings = new NpgsqlConnectionStringBuilder(_database) { Username = name, Password = "hush" };
            await PostgresAddress.ExecuteAsync(
                _database, $"CREATE ROLE {name} LOGIN CREATEROLE PASSWORD 'hush'; GRANT CREATE ON DATABASE \"{settings.Database}\" TO {name}", CancellationToken);
            _platform = settings.ConnectionString;
        }

        return Of(_platform);
    }

    private SessionRoles Of(string connectionString)
    {
        var roles = new SessionRoles(connectionString, NullLogger.Instance);
        _made.Add(roles);
        return roles;
    }

    private static Task<SessionPlace> SecureAsync(SessionRoles roles, string phone) => roles.SecureAsync(phone, First, CancellationToken);

    private static Task RunAsync(SessionPlace access, string sql) => PostgresAddress.ExecuteAsync(PostgresAddress.FromUri(access.Uri), sql, CancellationToken);

    private static Task<string[]> QueryAsync(SessionPlace access, string sql) => PostgresAddress.QueryAsync(PostgresAddress.FromUri(access.Uri), sql, CancellationToken);

    // The server's code for its no; null for a yes.
    private static async Task<string?> RefusalAsync(SessionPlace access, string sql)
    {
        try
        {
            await RunAsync(access, sql);
            return null;
        }
        catch (PostgresException exception)
        {
            return exception.SqlState;
        }
    }
}
