using Npgsql;
using WaPlatform.ProcessHost.Sessions;

namespace WaPlatform.Tests.ProcessHost.Sessions;

public sealed class SessionUriTests
{
    [Theory]
    [InlineData("Host=db;Database=x", false, "postgres://r:p%40@db:5432/a%20b?search_path=s&connect_timeout=10&sslmode=disable")]
    [InlineData("Host=db", true, "postgres://r:p%40@db:5432/a%20b?search_path=s&connect_timeout=10&sslmode=require")]
    [InlineData("Host=one:5433,two;Port=5434", false, "postgres://r:p%40@one:5433/a%20b?search_path=s&connect_timeout=10&sslmode=disable")]
    [InlineData("Host=::1;Port=5434", false, "postgres://r:p%40@[::1]:5434/a%20b?search_path=s&connect_timeout=10&sslmode=disable")]
    [InlineData("Host=/run/pg;Port=5434", true, "postgres://r:p%40@/a%20b?search_path=s&connect_timeout=10&sslmode=disable&host=%2Frun%2Fpg&port=5434")]
    [InlineData("Host=db;SSL Mode=VerifyFull;Root Certificate=/ca.pem", true, "postgres://r:p%40@db:5432/a%20b?search_path=s&connect_timeout=10&sslmode=verify-full&sslrootcert=%2Fca.pem")]
    [InlineData("Host=db;SSL Mode=VerifyCA", true, "postgres://r:p%40@db:5432/a%20b?search_path=s&connect_timeout=10&sslmode=verify-ca")]
    public void Build_AnyConnection_IsWhatTheEnginesDriverReads(string connectionString, bool isEncrypted, string expected) =>
        Assert.Equal(expected, SessionUri.Build(new NpgsqlConnectionStringBuilder(connectionString), "a b", isEncrypted, "r", "p@", "s"));
}
