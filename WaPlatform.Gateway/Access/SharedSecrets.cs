using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Data;
using WaPlatform.Data.Secrets;
using WaPlatform.Data.Sqlite;
using WaPlatform.ServiceDefaults;
using WaPlatform.ServiceDefaults.Secrets;

namespace WaPlatform.Gateway.Access;

/// <summary>
/// Secrets that nobody configured: the first gateway makes them, the others read them. Gateways of one machine (SQLite) meet in its data directory,
/// those of several in the database.
/// </summary>
internal sealed class SharedSecrets(IDbContextFactory<WaDbContext> databases, DataDirectory directory, StoredSecrets stored, TimeProvider timeProvider)
{
    /// <param name="name">Of the row.</param>
    /// <param name="file">Of the data directory. One that is there already is taken over: a database may have become a shared one.</param>
    /// <param name="forPeople">The file is to be read by people: it keeps the secret in the clear. A row never does.</param>
    /// <exception cref="StartFailureException">It is there, and the keys are not those that protected it.</exception>
    public async Task<string> ReadOrCreateAsync(string name, string file, bool forPeople, Func<string> generate, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (db is SqliteWaDbContext)
        {
            return Reveal(name, SecretFile.ReadOrCreate(directory.File(file), () => forPeople ? generate() : stored.Protect(generate())));
        }

        if (await FindAsync(db, name, cancellationToken) is { } found)
        {
            return Reveal(name, found);
        }

        // The keys of the file's time may be gone with it.
        var secret = SecretFile.Find(directory.File(file)) is { } kept ? stored.TryReveal(kept) : null;
        return Reveal(name, await InsertAsync(db, name, stored.Protect(secret ?? generate()), cancellationToken));
    }

    /// <summary>Writes a secret that is a row into its file, too, for whoever looks there. Nothing happens while there is no such row.</summary>
    public async Task ShowAsync(string name, string file, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (db is not SqliteWaDbContext && await FindAsync(db, name, cancellationToken) is { } value)
        {
            SecretFile.Put(directory.File(file), Reveal(name, value));
        }
    }

    /// <summary>Takes a secret back that turned out to be of no use, unless it is another one by now.</summary>
    public async Task ForgetAsync(string name, string file, string value, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await ForgetAsync(db, name, found => found == value, cancellationToken);
        var path = directory.File(file);
        if (SecretFile.Find(path) == value)
        {
            File.Delete(path);
        }
    }

    /// <summary>Removes the row of a secret, if that is the one that is meant.</summary>
    public async Task ForgetAsync(WaDbContext db, string name, Func<string, bool> isMeant, CancellationToken cancellationToken)
    {
        if (await FindAsync(db, name, cancellationToken) is { } found && stored.TryReveal(found) is { } value && isMeant(value))
        {
            await db.Secrets.Where(s => s.Name == name && s.Value == found).ExecuteDeleteAsync(cancellationToken);
        }
    }

    private string Reveal(string name, string value)
    {
        try
        {
            return stored.Reveal(value);
        }
        catch (CryptographicException exception)
        {
            throw new StartFailureException(StartFailureException.Configuration,
                $"The stored secret {name} cannot be read ({exception.Message}) Set WAPLATFORM_MASTER_KEY to the key that it was stored with; if the keys are lost, remove it (file {name}-secret of the data directory, or row {name} of table secrets), and a new one is made.");
        }
    }

    private static Task<string?> FindAsync(WaDbContext db, string name, CancellationToken cancellationToken) =>
        db.Secrets.Where(s => s.Name == name).Select(s => s.Value).SingleOrDefaultAsync(cancellationToken);

    private async Task<string> InsertAsync(WaDbContext db, string name, string value, CancellationToken cancellationToken)
    {
        db.Secrets.Add(new Secret { Name = name, Value = value, CreatedAt = timeProvider.GetDatabaseTime() });
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return value;
        }
        catch (DbUpdateException exception) when (exception.IsUniqueViolation())
        {
            // Another gateway was first.
            return await FindAsync(db, name, cancellationToken) ?? throw new InvalidOperationException($"The secret {name} was made and removed at the same time; start again.");
        }
    }
}
