using Microsoft.EntityFrameworkCore;
using WaPlatform.Data;

namespace WaPlatform.Jobs.Sweeps;

/// <summary>Removes refresh tokens whose time is over: they are refused whether or not their row is there.</summary>
internal sealed class ExpiredTokens(IDbContextFactory<WaDbContext> databases, TimeProvider timeProvider)
{
    // A transaction each: nobody who signs in meanwhile waits for long.
    private const int BatchSize = 1000;

    /// <summary>Removes all of them, batch by batch; returns how many.</summary>
    public async Task<int> RemoveAsync(CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        for (var (removed, batch) = (0, BatchSize); ; removed += batch)
        {
            if (batch < BatchSize)
            {
                return removed;
            }

            batch = await db.RefreshTokens.Where(token => token.ExpiresAt < now).OrderBy(token => token.Hash).Take(BatchSize).ExecuteDeleteAsync(cancellationToken);
        }
    }
}
