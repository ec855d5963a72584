using Microsoft.EntityFrameworkCore;
using WaPlatform.Data;
using WaPlatform.Data.Access;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Access;

/// <summary>Begins, continues and ends sessions.</summary>
internal sealed class SignIn(
    IDbContextFactory<WaDbContext> databases, PasswordCheck check, Passwords passwords, AccessTokens accessTokens, RefreshTokens refreshTokens,
    Sessions sessions, SharedSecrets secrets, AccessMetrics metrics)
{
    public async Task<(LoginAnswer? Answer, Fault? Fault)> LogInAsync(string username, string password, CancellationToken cancellationToken)
    {
        var (user, fault) = await check.CheckAsync(username, password, cancellationToken);
        if (user is null)
        {
            return (null, fault);
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var answer = await BeginAsync(db, user, Guid.CreateVersion7(), cancellationToken);
        metrics.LoggedIn();
        return (answer, null);
    }

    /// <summary>The user's name as it is written; null if nobody has it.</summary>
    public async Task<string?> FindNameAsync(string username, CancellationToken cancellationToken)
    {
        var name = PasswordCheck.Normalize(username);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Users.Where(u => u.NormalizedUsername == name).Select(u => u.Username).SingleOrDefaultAsync(cancellationToken);
    }

    public async Task<LoginAnswer?> RefreshAsync(string token, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var spent = await refreshTokens.SpendAsync(db, token, cancellationToken);
        var user = spent is null ? null : await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == spent.UserId, cancellationToken);

        // A change of password or role revokes the tokens that it sees; one that was made at the same moment has the stamp from before.
        var isCurrent = user is not null && (spent!.SecurityStamp is null || spent.SecurityStamp == user.SecurityStamp);
        var answer = isCurrent ? await BeginAsync(db, user!, spent!.Family, cancellationToken) : null;

        // Also without an answer: a revoked family must stay revoked.
        await transaction.CommitAsync(cancellationToken);
        return answer;
    }

    public async Task LogOutAsync(Guid session, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await refreshTokens.RevokeAsync(db, session, cancellationToken);
        sessions.Forget(session);
    }

    /// <summary>Ends every session of the user and begins a new one.</summary>
    public async Task<(LoginAnswer? Answer, Fault? Fault)> ChangePasswordAsync(
        string username, string currentPassword, string newPassword, CancellationToken cancellationToken)
    {
        var (known, fault) = await check.CheckAsync(username, currentPassword, cancellationToken);
        if (known is null)
        {
            // The caller is signed in: 401 would tell clients to sign in again.
            return (null, fault!.Code == ErrorCode.Unauthenticated ? new Fault(ErrorCode.ValidationFailed, "Some fields are not valid; see errors.")
            {
                Errors = new Dictionary<string, string[]> { ["currentPassword"] = ["Is wrong."] },
            } : fault);
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var user = await db.Users.SingleAsync(u => u.Id == known.Id, cancellationToken);
        user.PasswordHash = passwords.Hash(newPassword);
        user.SecurityStamp = Passwords.NewStamp();
        await refreshTokens.RevokeUserAsync(db, user.Id, cancellationToken);

        // The password that was generated for the first user need not be known to anybody any more.
        await secrets.ForgetAsync(db, FirstAdmin.PasswordSecret, generated => generated == currentPassword, cancellationToken);
        var answer = await BeginAsync(db, user, Guid.CreateVersion7(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        sessions.ForgetUser(user.Id);
        return (answer, null);
    }

    private async Task<LoginAnswer> BeginAsync(WaDbContext db, User user, Guid session, CancellationToken cancellationToken)
    {
        var refreshToken = refreshTokens.Add(db, user, session);
        await db.SaveChangesAsync(cancellationToken);
        var (token, expiresAt) = accessTokens.Issue(user, session);
        return new LoginAnswer(token, "Bearer", expiresAt, refreshToken, new UserView(user.Username, user.Role));
    }
}
