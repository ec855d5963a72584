using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Data;
using WaPlatform.Data.Access;

namespace WaPlatform.Gateway.Access;

/// <summary>Whose session it is, as the rows say.</summary>
internal sealed record SessionUser(Guid UserId, string Username, UserRole Role, string SecurityStamp);

/// <summary>
/// Whether the login that a token came from still stands: user there, password the same, not signed out. Asked with every request, hence a short
/// memory; what this gateway itself changes counts at once, what another one changes within that time.
/// </summary>
internal sealed class Sessions(IDbContextFactory<WaDbContext> databases, TimeProvider timeProvider)
{
    public static readonly TimeSpan Memory = TimeSpan.FromSeconds(5);

    // Only validly signed tokens get here: no more entries than logins within a few seconds.
    private const int MaxEntries = 10_000;

    private readonly ConcurrentDictionary<Guid, Entry> _known = new();

    /// <param name="caller">With the claims of a token.</param>
    /// <returns>Null if the token is void.</returns>
    public async Task<SessionUser?> FindAsync(ClaimsPrincipal caller, CancellationToken cancellationToken) =>
        Guid.TryParse(caller.FindFirstValue(AccessTokens.SessionClaim), out var session)
        && Guid.TryParse(caller.FindFirstValue(AccessTokens.UserClaim), out var userId)
        && caller.FindFirstValue(AccessTokens.StampClaim) is { } stamp
            ? await FindAsync(session, userId, stamp, cancellationToken)
            : null;

    private async Task<SessionUser?> FindAsync(Guid session, Guid userId, string stamp, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        if (!_known.TryGetValue(session, out var entry) || entry.ReadAt + Memory <= now)
        {
            entry = new Entry(await ReadAsync(session, now, cancellationToken), now);
            if (_known.Count >= MaxEntries)
            {
                _known.Clear();
            }

            _known[session] = entry;
        }

        return entry.User is { } user && user.UserId == userId && user.SecurityStamp == stamp ? user : null;
    }

    /// <summary>The session was ended by this gateway.</summary>
    public void Forget(Guid session) => _known.TryRemove(session, out _);

    /// <summary>The user was changed by this gateway.</summary>
    public void ForgetUser(Guid userId)
    {
        foreach (var (session, entry) in _known)
        {
            if (entry.User?.UserId == userId)
            {
                _known.TryRemove(session, out _);
            }
        }
    }

    private async Task<SessionUser?> ReadAsync(Guid session, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.RefreshTokens
            .Where(t => t.Family == session && t.RevokedAt == null && t.ExpiresAt > now)
            .Join(db.Users, t => t.UserId, u => u.Id, (_, u) => new SessionUser(u.Id, u.Username, u.Role, u.SecurityStamp))
            .FirstOrDefaultAsync(cancellationToken);
    }

    private sealed record Entry(SessionUser? User, DateTimeOffset ReadAt);
}
