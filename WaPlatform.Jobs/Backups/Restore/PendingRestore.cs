using System.Text.Json;
using Microsoft.Data.Sqlite;
using Npgsql;
using WaPlatform.Contracts;
using WaPlatform.Jobs.Backups.Archive;
using WaPlatform.Jobs.Backups.Database;

namespace WaPlatform.Jobs.Backups.Restore;

/// <summary>
/// A restore that is staged whole and waits for the moment at which nothing of the platform runs. It is put into place step by step; each can be done again, so
/// a start after a power cut goes on with it. What fails is undone.
/// </summary>
/// <param name="Backup">Id of the backup; null for an archive from elsewhere.</param>
internal sealed record PendingRestore(string? Backup, DateTimeOffset StartedAt, IReadOnlyList<Swap> Swaps)
{
    public static async Task<PendingRestore?> FindAsync(RestorePlace place, CancellationToken cancellationToken) =>
        File.Exists(place.Note) ? JsonSerializer.Deserialize<PendingRestore>(await File.ReadAllBytesAsync(place.Note, cancellationToken), WireJson.Options) : null;

    /// <summary>From now on it is the next start's first work.</summary>
    public Task SaveAsync(RestorePlace place, CancellationToken cancellationToken) =>
        PrivateFile.WriteAsync(place.Note, JsonSerializer.SerializeToUtf8Bytes(this, WireJson.Options), cancellationToken);

    /// <summary>Puts everything into place. Only for who holds the data directory, and has nothing open in it.</summary>
    /// <exception cref="Exception">It could not be done, and everything is as before.</exception>
    public async Task ApplyAsync(RestorePlace place, IConfiguration configuration, BackupOptions options, CancellationToken cancellationToken)
    {
        // Of an earlier life of the platform in this process: connections that were put back would go on with the files and databases that are put aside.
        SqliteConnection.ClearAllPools();
        NpgsqlConnection.ClearAllPools();
        PrepareAside(place);
        var done = new Stack<Swap>();
        try
        {
            // Databases first: if anything fails, it is their server.
            foreach (var swap in Swaps.OrderByDescending(swap => swap is DatabaseSwap))
            {
                done.Push(swap);
                await DoAsync(swap, place, configuration, options, cancellationToken);
            }
        }
        catch
        {
            foreach (var swap in done)
            {
                await UndoAsync(swap, place, configuration, options);
            }

            place.Clear();
            throw;
        }

        place.Clear();
    }

    private static async Task DoAsync(Swap swap, RestorePlace place, IConfiguration configuration, BackupOptions options, CancellationToken cancellationToken)
    {
        switch (swap)
        {
            case DatabaseSwap database:
                await Server(database, configuration, options).SwapAsync(database, cancellationToken);
                break;
            case MediaMerge media:
                Merge(media);
                break;
            case FileSwap file when file.Staged is null || Exists(file.Staged):
                Move(file.Target, Kept(file, place));
                Move(file.Staged, file.Target);
                break;
        }
    }

    private static async Task UndoAsync(Swap swap, RestorePlace place, IConfiguration configuration, BackupOptions options)
    {
        switch (swap)
        {
            case DatabaseSwap database:
                var server = Server(database, configuration, options);
                await server.SwapAsync(database with { Staged = database.Aside, Aside = database.Staged }, CancellationToken.None);
                await server.DropAsync(database.Staged, CancellationToken.None);
                break;
            case FileSwap file when Exists(Kept(file, place)) || (file.Staged is not null && !Exists(file.Staged)):
                if (file.Staged is not null && !Exists(file.Staged))
                {
                    Move(file.Target, file.Staged);
                }

                Move(Kept(file, place), file.Target);
                break;
        }
    }

    private static PostgresServer Server(DatabaseSwap swap, IConfiguration configuration, BackupOptions options) => swap.Setting == Swap.Sessions
        ? PostgresServer.OfSessions(configuration, options) ?? throw new InvalidOperationException("Sessions:ConnectionString is not set any more.")
        : new PostgresServer(Swap.Platform, configuration.GetConnectionString("wadb") ?? throw new InvalidOperationException("ConnectionStrings:wadb is not set any more."), options.PostgresBin);

    // What an earlier restore kept goes only when the next one is sure to come, and never in a restore that is gone on with.
    private void PrepareAside(RestorePlace place)
    {
        var mark = Path.Combine(place.Aside, "of.json");
        var mine = StartedAt.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        if (Directory.Exists(place.Aside) && (!File.Exists(mark) || File.ReadAllText(mark) != mine))
        {
            Directory.Delete(place.Aside, recursive: true);
        }

        _ = new ServiceDefaults.DataDirectory(place.Aside);
        File.WriteAllText(mark, mine);
    }

    private static string Kept(FileSwap file, RestorePlace place) => Path.Combine(place.Aside, Path.GetFileName(file.Target));

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    private static void Merge(MediaMerge media)
    {
        Directory.CreateDirectory(media.Target);
        foreach (var file in Directory.Exists(media.Staged) ? Directory.GetFiles(media.Staged) : [])
        {
            var target = Path.Combine(media.Target, Path.GetFileName(file));
            if (!File.Exists(target))
            {
                File.Move(file, target);
            }
        }
    }

    private static void Move(string? from, string to)
    {
        if (Directory.Exists(from))
        {
            Directory.Move(from, to);
        }
        else if (File.Exists(from))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Move(from, to);
        }
    }
}
