using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace WaPlatform.Data.Postgres;

/// <summary>What <c>dotnet ef migrations add</c> builds the model with; nothing is connected to.</summary>
internal sealed class PostgresDesignTimeFactory : IDesignTimeDbContextFactory<PostgresWaDbContext>
{
    public PostgresWaDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresWaDbContext>().UseNpgsql().Options);
}
