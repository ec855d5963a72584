using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WaPlatform.Data;
using WaPlatform.Data.Access;

namespace WaPlatform.Gateway.Access;

/// <summary>Makes the first user while there is none.</summary>
internal sealed partial class FirstAdmin(
    IDbContextFactory<WaDbContext> databases, SharedSecrets secrets, Passwords passwords, IOptions<AccessOptions> options, TimeProvider timeProvider,
    ILogger<FirstAdmin> logger) : IHostedService
{
    /// <summary>Name of the row with a password that was generated, until its user changes it.</summary>
    public const string PasswordSecret = "admin-password";

    /// <summary>File of the data directory with that password; whoever starts the platform is told of it.</summary>
    public const string PasswordFile = "admin-password";

    private const int PasswordLength = 20;

    // Without the letters and digits that people mistake for one another.
    private const string PasswordAlphabet = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (!await db.Users.AnyAsync(cancellationToken))
        {
            await MakeAsync(db, cancellationToken);
        }

        if (options.Value.AdminPassword is null)
        {
            // Each gateway tells the same, whichever of them made the user.
            await secrets.ShowAsync(PasswordSecret, PasswordFile, cancellationToken);
        }
    }

    private async Task MakeAsync(WaDbContext db, CancellationToken cancellationToken)
    {
        // The secret comes first: whatever happens next, somebody can still sign in.
        var password = options.Value.AdminPassword ?? await secrets.ReadOrCreateAsync(
            PasswordSecret, PasswordFile, forPeople: true, static () => RandomNumberGenerator.GetString(PasswordAlphabet, PasswordLength), cancellationToken);
        var name = PasswordCheck.Normalize(options.Value.AdminUser);
        db.Users.Add(new User
        {
            Id = Guid.CreateVersion7(),
            Username = options.Value.AdminUser,
            NormalizedUsername = name,
            PasswordHash = passwords.Hash(password),
            SecurityStamp = Passwords.NewStamp(),
            Role = UserRole.Admin,
            CreatedAt = timeProvider.GetDatabaseTime(),
        });
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            Log.Made(logger, options.Value.AdminUser);
        }
        catch (DbUpdateException exception) when (exception.IsUniqueViolation())
        {
            // Another gateway was first, perhaps with a password of its own.
            var made = await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.NormalizedUsername == name, cancellationToken);
            if (options.Value.AdminPassword is null && made is not null && !passwords.Matches(made.PasswordHash, password))
            {
                await secrets.ForgetAsync(PasswordSecret, PasswordFile, password, cancellationToken);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "There was no user; made the administrator {Username}.")]
        public static partial void Made(ILogger logger, string username);
    }
}
