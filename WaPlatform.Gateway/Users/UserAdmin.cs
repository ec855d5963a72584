using System.Data;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Data;
using WaPlatform.Data.Access;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Users;

/// <summary>
/// Changes and removes users. Each change is decided in a serializable transaction: of two that would each be right alone and together leave no
/// administrator, the database lets one pass and the other is decided anew.
/// </summary>
internal sealed class UserAdmin(
    IDbContextFactory<WaDbContext> databases, Passwords passwords, RefreshTokens refreshTokens, Sessions sessions, SharedSecrets secrets)
{
    // Only people change users.
    private const int Attempts = 5;

    /// <summary>Changes password or role, which ends the user's sessions. A new password ends a lock, too.</summary>
    /// <param name="caller">May not touch users who may do more.</param>
    public async Task<(User? User, Fault? Fault)> ChangeAsync(
        Grant caller, string username, UserRole? role, string? password, CancellationToken cancellationToken)
    {
        // Before the transaction: it takes long, and is meant to.
        var hash = password is null ? null : passwords.Hash(password);
        return await DecideAsync(username, async (db, user) =>
        {
            var next = role ?? user.Role;
            if (await RefuseAsync(db, caller, user, next, cancellationToken) is { } fault)
            {
                return fault;
            }

            if (next == user.Role && hash is null)
            {
                return null;
            }

            if (hash is not null)
            {
                await ForgetGeneratedPasswordAsync(db, user, cancellationToken);
                (user.PasswordHash, user.FailedLogins, user.LockedUntil) = (hash, 0, null);
            }

            (user.Role, user.SecurityStamp) = (next, Passwords.NewStamp());
            await refreshTokens.RevokeUserAsync(db, user.Id, cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            return null;
        }, cancellationToken);
    }

    /// <summary>Removes the user and ends its sessions.</summary>
    /// <param name="caller">May not touch users who may do more.</param>
    public async Task<Fault?> RemoveAsync(Grant caller, string username, CancellationToken cancellationToken)
    {
        var (_, fault) = await DecideAsync(username, async (db, user) =>
        {
            if (await RefuseAsync(db, caller, user, next: null, cancellationToken) is { } fault)
            {
                return fault;
            }

            await ForgetGeneratedPasswordAsync(db, user, cancellationToken);
            db.Users.Remove(user);
            await db.SaveChangesAsync(cancellationToken);
            return null;
        }, cancellationToken);
        return fault;
    }

    /// <returns>What keeps the caller from giving somebody a role, or from changing somebody who has it; null if nothing does.</returns>
    public static Fault? RefuseRole(Grant caller, UserRole role) => caller.MissingFor(Grant.Of(role)) is { } missing
        ? new Fault(ErrorCode.Forbidden, $"Nobody manages users who may do more than they may themselves; you lack {missing}.")
        : null;

    private static async Task<Fault?> RefuseAsync(WaDbContext db, Grant caller, User user, UserRole? next, CancellationToken cancellationToken)
    {
        if ((RefuseRole(caller, user.Role) ?? (next is { } role ? RefuseRole(caller, role) : null)) is { } fault)
        {
            return fault;
        }

        var others = await db.Users.CountAsync(u => u.Role == UserRole.Admin && u.Id != user.Id, cancellationToken);
        return LastAdministrator.IsLost(user.Role, next, others)
            ? new Fault(ErrorCode.LastAdministrator, $"{user.Username} is the only administrator; make another one first.")
            : null;
    }

    // The password that was generated for the first user need not be known to anybody any more.
    private Task ForgetGeneratedPasswordAsync(WaDbContext db, User user, CancellationToken cancellationToken) =>
        secrets.ForgetAsync(db, FirstAdmin.PasswordSecret, generated => passwords.Matches(user.PasswordHash, generated), cancellationToken);

    private async Task<(User? User, Fault? Fault)> DecideAsync(
        string username, Func<WaDbContext, User, Task<Fault?>> decide, CancellationToken cancellationToken)
    {
        var name = PasswordCheck.Normalize(username);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var db = await databases.CreateDbContextAsync(cancellationToken);
                await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellationToken);
                if (await db.Users.SingleOrDefaultAsync(u => u.NormalizedUsername == name, cancellationToken) is not { } user)
                {
                    return (null, new Fault(ErrorCode.UserNotFound, "No user has that name."));
                }

                var fault = await decide(db, user);
                if (fault is null)
                {
                    await transaction.CommitAsync(cancellationToken);
                    sessions.ForgetUser(user.Id);
                }

                return fault is null ? (user, null) : (null, fault);
            }
            catch (Exception exception) when (attempt < Attempts && exception.IsSerializationFailure())
            {
                // Another change came in between.
            }
        }
    }
}
