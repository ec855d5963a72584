using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Hosts;
using WaPlatform.Data.Sqlite;
using WaPlatform.ServiceDefaults;

namespace WaPlatform.ProcessHost.Sessions;

/// <summary>
/// The files of an engine's working directory that a session consists of: the databases in its storages folder (gowa contract §3.2). Each is copied as SQLite
/// copies a database that is in use, with what is still in its write-ahead log: a plain copy of a running engine's file may have next to nothing in it (gowa real.md 20).
/// </summary>
internal static class SessionFiles
{
    private const string Folder = "storages";
    private const int PieceSize = 256 * 1024;

    /// <summary>Whether a working directory has a session in files.</summary>
    public static bool Exist(string directory) => File.Exists(Path.Combine(directory, Folder, "whatsapp.db"));

    /// <param name="scratch">Full path of a file for the copy on its way.</param>
    public static async IAsyncEnumerable<SessionPart> ReadAsync(string directory, string scratch, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var storages = Path.Combine(directory, Folder);
        foreach (var file in Directory.Exists(storages) ? Directory.GetFiles(storages, "*.db").Order(StringComparer.Ordinal).ToArray() : [])
        {
            try
            {
                await Task.Run(() => Copy(file, scratch), cancellationToken);
                await using var copy = File.OpenRead(scratch);
                int read;
                do
                {
                    var piece = new byte[PieceSize];
                    read = await copy.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, cancellationToken);
                    yield return new SessionPart($"{Folder}/{Path.GetFileName(file)}", piece[..read]);
                }
                while (read == PieceSize);
            }
            finally
            {
                File.Delete(scratch);
            }
        }
    }

    /// <summary>
    /// Puts other files in the place of a working directory, all of them or none. What was there before stays beside it until the new ones are complete.
    /// </summary>
    /// <exception cref="PlatformException">BACKUP_UNAVAILABLE: they could not be written; the ones from before are in their place.</exception>
    public static async Task ReplaceAsync(string directory, IAsyncEnumerable<SessionPart> parts, CancellationToken cancellationToken)
    {
        var (draft, before) = ($"{directory}.restoring", $"{directory}.before-restore");
        try
        {
            Remove(draft);
            _ = new DataDirectory(draft);
            await WriteAsync(draft, parts, cancellationToken);
            Remove(before);
            if (Directory.Exists(directory))
            {
                Directory.Move(directory, before);
            }

            Exchange(draft, directory, before);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PlatformException(ErrorCode.BackupUnavailable, $"The session could not be put into place: {exception.Message}");
        }
        finally
        {
            Remove(draft);
        }

        Remove(before);
    }

    private static void Copy(string file, string scratch)
    {
        File.Delete(scratch);
        if (SqliteCopy.Recognizes(file))
        {
            try
            {
                SqliteCopy.Make(file, scratch);
                return;
            }
            catch (SqliteException exception)
            {
                throw new PlatformException(ErrorCode.BackupUnavailable, $"{Path.GetFileName(file)} can't be copied: {exception.Message}");
            }
        }

        // The simulator's, which only grow.
        using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var target = new FileStream(scratch, FileMode.CreateNew, FileAccess.Write);
        source.CopyTo(target);
    }

    private static async Task WriteAsync(string directory, IAsyncEnumerable<SessionPart> parts, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.Combine(directory, Folder));
        await foreach (var part in parts.WithCancellation(cancellationToken))
        {
            // Only what a session consists of, wherever it comes from.
            var name = Path.GetFileName(part.File);
            if (part.File != $"{Folder}/{name}" || !name.EndsWith(".db", StringComparison.Ordinal))
            {
                throw new IOException("A file of the backup is none of a session.");
            }

            await using var file = new FileStream(Path.Combine(directory, Folder, name), FileMode.Append, FileAccess.Write);
            await file.WriteAsync(part.Data, cancellationToken);
        }
    }

    private static void Exchange(string draft, string directory, string before)
    {
        try
        {
            Directory.Move(draft, directory);
        }
        catch (IOException) when (Directory.Exists(before) && !Directory.Exists(directory))
        {
            Directory.Move(before, directory);
            throw;
        }
    }

    private static void Remove(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
