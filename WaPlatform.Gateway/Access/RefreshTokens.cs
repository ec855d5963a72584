using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WaPlatform.Data;
using WaPlatform.Data.Access;

namespace WaPlatform.Gateway.Access;

/// <summary>Single-use tokens that buy the next access token; one login's tokens are a family.</summary>
internal sealed class RefreshTokens(IOptions<AccessOptions> options, TimeProvider timeProvider)
{
    private const int Bytes = 32;

    /// <summary>Adds a new one to <paramref name="db"/> (not saved yet) and returns what the client gets.</summary>
    public string Add(WaDbContext db, User user, Guid family)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
        db.RefreshTokens.Add(new RefreshToken
        {
            Hash = HashOf(token),
            UserId = user.Id,
            Family = family,
            SecurityStamp = user.SecurityStamp,
            ExpiresAt = timeProvider.GetUtcNow() + options.Value.RefreshLifetime,
        });

        return token;
    }

    /// <summary>Spends a token. In the transaction of the caller, so that a second use waits for the first one's successor and revokes it too.</summary>
    /// <returns>The spent token, or null if it is unknown, expired, revoked or was spent before (which revokes its family).</returns>
    public async Task<RefreshToken?> SpendAsync(WaDbContext db, string token, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        var hash = HashOf(token);
        var won = await db.RefreshTokens
            .Where(t => t.Hash == hash && t.UsedAt == null && t.RevokedAt == null && t.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.UsedAt, now), cancellationToken);
        var row = await db.RefreshTokens.AsNoTracking().SingleOrDefaultAsync(t => t.Hash == hash, cancellationToken);
        if (won == 1)
        {
            return row;
        }

        if (row is { UsedAt: not null })
        {
            // Two hold it: the client and somebody who copied it. Nobody can tell which is which.
            await RevokeAsync(db, row.Family, cancellationToken);
        }

        return null;
    }

    public Task RevokeAsync(WaDbContext db, Guid family, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        return db.RefreshTokens.Where(t => t.Family == family && t.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.RevokedAt, now), cancellationToken);
    }

    public Task RevokeUserAsync(WaDbContext db, Guid userId, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        return db.RefreshTokens.Where(t => t.UserId == userId && t.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.RevokedAt, now), cancellationToken);
    }

    private static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
