using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WaPlatform.Data;
using WaPlatform.Data.Access;
using WaPlatform.ServiceDefaults;

namespace WaPlatform.Gateway.Access;

/// <summary>Makes the first user while there is none.</summary>
internal sealed partial class FirstAdmin(
    IDbContextFactory<WaDbContext> databases, Passwords passwords, IOptions<AccessOptions> options, DataDirectory directory, TimeProvider timeProvider,
    ILogger<FirstAdmin> logger) : IHostedService
{
    /// <summary>File of the data directory with a password that was generated; whoever starts the platform is told of it.</summary>
    public const string PasswordFile = "admin-password";

    private const int PasswordLength = 20;

    // Without the letters and digits that people mistake for one another.
    private const string PasswordAlphabet = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.Users.AnyAsync(cancellationToken))
        {
            return;
        }

        // The file comes first: whatever happens next, somebody can still sign in.
        var password = options.Value.AdminPassword
            ?? SecretFile.ReadOrCreate(directory.File(PasswordFile), () => RandomNumberGenerator.GetString(PasswordAlphabet, PasswordLength));
        db.Users.Add(new User
        {
            Id = Guid.CreateVersion7(),
            Username = options.Value.AdminUser,
            NormalizedUsername = PasswordCheck.Normalize(options.Value.AdminUser),
            PasswordHash = passwords.Hash(password),
            SecurityStamp = Passwords.NewStamp(),
            Role = UserRole.Admin,
            CreatedAt = timeProvider.GetDatabaseTime(),
        });
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (exception.IsUniqueViolation())
        {
            // Another gateway was first.
            return;
        }

        Log.Made(logger, options.Value.AdminUser);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "There was no user; made the administrator {Username}.")]
        public static partial void Made(ILogger logger, string username);
    }
}
