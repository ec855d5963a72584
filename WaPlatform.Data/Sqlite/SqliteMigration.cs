using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace WaPlatform.Data.Sqlite;

internal static class SqliteMigration
{
    private static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(50);

    public static async Task RunAsync(SqliteWaDbContext database, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var file = new SqliteConnectionStringBuilder(database.Database.GetConnectionString()).DataSource;
        await using var held = await LockAsync($"{file}.migrating", timeProvider, cancellationToken);
        await FreeMigrationsLockAsync(database, cancellationToken);
        await database.Database.MigrateAsync(cancellationToken);

        // Readers don't wait for the writer, nor it for them. It is kept in the file.
        await database.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);
    }

    // The operating system frees it with the process, however that ends. The file stays: to delete it would let two in.
    private static async Task<FileStream> LockAsync(string path, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(LockRetry, timeProvider, cancellationToken);
            }
        }
    }

    // EF Core's own lock is a row; one whose process was killed stays, and every later start would wait for ever.
    // We hold the file's lock, so nobody is migrating: whatever is there is a left-over.
    private static async Task FreeMigrationsLockAsync(SqliteWaDbContext database, CancellationToken cancellationToken)
    {
        if (await database.GetService<IRelationalDatabaseCreator>().ExistsAsync(cancellationToken))
        {
            await database.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);
        }
    }
}
