using Microsoft.EntityFrameworkCore;
using WaPlatform.Data;
using WaPlatform.Data.Access;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Access;

/// <summary>Checks a user's password; counts failures and shuts out who fails too often (<see cref="LockPolicy"/>).</summary>
internal sealed class PasswordCheck(
    IDbContextFactory<WaDbContext> databases, Passwords passwords, LoginGate gates, AccessMetrics metrics, TimeProvider timeProvider) : IDisposable
{
    // To count a failure of a user who exists takes a write, to count one of nobody none: when the answer comes must not tell which it was.
    private static readonly TimeSpan EarliestRefusal = TimeSpan.FromMilliseconds(300);

    // However many passwords are tried at once, the rest of the platform keeps half of the processors.
    private readonly SemaphoreSlim _hashing = new(Math.Max(1, Environment.ProcessorCount / 2));

    public static string Normalize(string username) => username.ToUpperInvariant();

    /// <returns>The user, or why not; never whether the user exists.</returns>
    public async Task<(User? User, Fault? Fault)> CheckAsync(string username, string password, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        var (user, fault) = await JudgeAsync(username, password, cancellationToken);
        if (fault?.Code == ErrorCode.Unauthenticated && EarliestRefusal - TimeProvider.System.GetElapsedTime(began) is { Ticks: > 0 } rest)
        {
            // What it hides takes real time, whatever clock the rest goes by.
            await Task.Delay(rest, TimeProvider.System, cancellationToken);
        }

        return (user, fault);
    }

    public void Dispose() => _hashing.Dispose();

    private async Task<(User? User, Fault? Fault)> JudgeAsync(string username, string password, CancellationToken cancellationToken)
    {
        var name = Normalize(username);
        var gate = gates.For(name);
        using var turn = await gate.EnterAsync(cancellationToken);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var user = await db.Users.SingleOrDefaultAsync(u => u.NormalizedUsername == name, cancellationToken);
        var now = timeProvider.GetUtcNow();

        if ((user is null ? gate.UnknownLockedUntil(name) : user.LockedUntil) is { } until && until > now)
        {
            metrics.LoginRefused("locked");
            return (null, new Fault(ErrorCode.RateLimited, "Too many wrong passwords; wait before the next attempt.") { RetryAfter = until - now });
        }

        if (user is null)
        {
            await HashAsync(() => passwords.MatchNobody(password), cancellationToken);
            gate.CountUnknown(name, now);
            return Refuse();
        }

        if (!await HashAsync(() => passwords.Matches(user.PasswordHash, password), cancellationToken))
        {
            await CountAsync(db, user.Id, now, cancellationToken);
            return Refuse();
        }

        if (user.FailedLogins > 0)
        {
            user.FailedLogins = 0;
            user.LockedUntil = null;
            await db.SaveChangesAsync(cancellationToken);
        }

        return (user, null);
    }

    private async Task<bool> HashAsync(Func<bool> check, CancellationToken cancellationToken)
    {
        await _hashing.WaitAsync(cancellationToken);
        try
        {
            return check();
        }
        finally
        {
            _hashing.Release();
        }
    }

    // Added up by the database: another gateway may be counting another attempt at this moment. The last of them sets the lock.
    private static async Task CountAsync(WaDbContext db, Guid userId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var users = db.Users.Where(u => u.Id == userId);
        await users.ExecuteUpdateAsync(set => set.SetProperty(u => u.FailedLogins, u => u.FailedLogins + 1), cancellationToken);
        var failures = await users.Select(u => u.FailedLogins).SingleOrDefaultAsync(cancellationToken);
        var until = now + LockPolicy.After(failures);
        await users.Where(u => u.FailedLogins == failures).ExecuteUpdateAsync(set => set.SetProperty(u => u.LockedUntil, until), cancellationToken);
    }

    private (User? User, Fault? Fault) Refuse()
    {
        metrics.LoginRefused("password");
        return (null, new Fault(ErrorCode.Unauthenticated, "Wrong user name or password."));
    }
}
