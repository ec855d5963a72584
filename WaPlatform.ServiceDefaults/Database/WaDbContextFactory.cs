using Microsoft.EntityFrameworkCore;
using WaPlatform.Data;

namespace WaPlatform.ServiceDefaults.Database;

/// <summary>Hides from its users which provider the database has.</summary>
internal sealed class WaDbContextFactory<TContext>(IDbContextFactory<TContext> inner) : IDbContextFactory<WaDbContext> where TContext : WaDbContext
{
    public WaDbContext CreateDbContext() => inner.CreateDbContext();

    public async Task<WaDbContext> CreateDbContextAsync(CancellationToken cancellationToken = default) =>
        await inner.CreateDbContextAsync(cancellationToken);
}
