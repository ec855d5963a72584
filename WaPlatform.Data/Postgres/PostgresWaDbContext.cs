using Microsoft.EntityFrameworkCore;

namespace WaPlatform.Data.Postgres;

/// <summary>The database of a distributed installation.</summary>
public sealed class PostgresWaDbContext(DbContextOptions<PostgresWaDbContext> options) : WaDbContext(options);
