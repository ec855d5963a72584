using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace WaPlatform.Data.Sqlite;

/// <summary>What <c>dotnet ef migrations add</c> builds the model with; nothing is opened.</summary>
internal sealed class SqliteDesignTimeFactory : IDesignTimeDbContextFactory<SqliteWaDbContext>
{
    public SqliteWaDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteWaDbContext>().UseSqlite("Data Source=:memory:").Options);
}
