using Microsoft.EntityFrameworkCore;
using WaPlatform.Data;
using WaPlatform.Data.Secrets;
using WaPlatform.Data.Sqlite;
using WaPlatform.ServiceDefaults;

namespace WaPlatform.Gateway.Access;

/// <summary>
/// Secrets that nobody configured: the first gateway makes them, the others read them. Gateways of one machine (SQLite) meet in its data directory,
/// those of several in the database.
/// </summary>
internal sealed class SharedSecrets(IDbContextFactory<WaDbContext> databases, DataDirectory directory, TimeProvider timeProvider)
{
    /// <param name="name">Of the row.</param>
    /// <param name="file">Of the data directory. One that is there already is taken over: a database may have become a shared one.</param>
    public async Task<string> ReadOrCreateAsync(string name, string file, Func<string> generate, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (db is SqliteWaDbContext)
        {
            return SecretFile.ReadOrCreate(directory.File(file), generate);
        }

        return await FindAsync(db, name, cancellationToken) ?? await InsertAsync(db, name, SecretFile.Find(directory.File(file)) ?? generate(), cancellationToken);
    }

    /// <summary>Writes a secret that is a row into its file, too, for whoever looks there. Nothing happens while there is no such row.</summary>
    public async Task ShowAsync(string name, string file, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (db is not SqliteWaDbContext && await FindAsync(db, name, cancellationToken) is { } value)
        {
            SecretFile.Put(directory.File(file), value);
        }
    }

    /// <summary>Takes a secret back that turned out to be of no use, unless it is another one by now.</summary>
    public async Task ForgetAsync(string name, string file, string value, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await db.Secrets.Where(s => s.Name == name && s.Value == value).ExecuteDeleteAsync(cancellationToken);
        var path = directory.File(file);
        if (SecretFile.Find(path) == value)
        {
            File.Delete(path);
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
