using Microsoft.Extensions.Configuration;
using WaPlatform.ProcessHost.Sessions;

namespace WaPlatform.Tests.ProcessHost.Sessions;

public sealed class SessionStoreOptionsTests
{
    private const string Postgres = "Host=db;Username=wa;Database=wa";

    [Theory]
    [InlineData(Postgres, "redis", SessionStoreKind.Postgres)]
    [InlineData(Postgres, null, SessionStoreKind.Files)]
    [InlineData("Data Source=wa.db", "redis", SessionStoreKind.Files)]
    [InlineData("Data Source=wa.db", null, SessionStoreKind.Files)]
    public void Store_NotConfigured_IsPostgresOnlyWhereAllHostsReachIt(string database, string? redis, SessionStoreKind expected) =>
        Assert.Equal(expected, Read(new() { ["ConnectionStrings:wadb"] = database, ["ConnectionStrings:redis"] = redis }).Store);

    [Fact]
    public void Store_PostgresOnSqlite_IsRefusedWithWhatToDo()
    {
        var result = new SessionStoreOptionsValidator().Validate(null, Read(new() { ["ConnectionStrings:wadb"] = "Data Source=wa.db", ["Sessions:Store"] = "postgres" }));

        Assert.Contains("Sessions:ConnectionString", result.FailureMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Data Source=wa.db", Postgres, Postgres)]
    [InlineData(Postgres, null, Postgres)]
    [InlineData(Postgres, "Host=other;Database=sessions", "Host=other;Database=sessions")]
    public void Store_Postgres_TakesItsOwnDatabaseElseThePlatforms(string database, string? own, string expected)
    {
        var options = Read(new() { ["ConnectionStrings:wadb"] = database, ["Sessions:Store"] = "postgres", ["Sessions:ConnectionString"] = own });

        Assert.Equal(expected, options.ConnectionString);
        Assert.True(new SessionStoreOptionsValidator().Validate(null, options).Succeeded);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("Database=only")]
    public void Store_ConnectionStringThatNamesNoServer_IsRefused(string own) => Assert.True(
        new SessionStoreOptionsValidator().Validate(null, new SessionStoreOptions { Store = SessionStoreKind.Postgres, ConnectionString = own }).Failed);

    private static SessionStoreOptions Read(Dictionary<string, string?> settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var options = configuration.GetSection(SessionStoreOptions.SectionName).Get<SessionStoreOptions>() ?? new SessionStoreOptions();
        SessionStoreOptions.ApplyDefaults(options, configuration);
        return options;
    }
}
