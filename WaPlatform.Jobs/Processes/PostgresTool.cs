using System.ComponentModel;
using System.Diagnostics;
using Npgsql;
using WaPlatform.Contracts.Faults;

namespace WaPlatform.Jobs.Processes;

/// <summary>PostgreSQL's own programs: <c>pg_dump</c> and <c>pg_restore</c>.</summary>
internal static class PostgresTool
{
    private const int MaxError = 2000;

    /// <summary>Runs one to its end.</summary>
    /// <param name="directory">Where the programs are; empty = in PATH, or where Debian has them.</param>
    /// <param name="server">How to reach the server; nothing of it is an argument, which all users of the machine could read.</param>
    /// <exception cref="PlatformException">BACKUP_UNAVAILABLE: it is not installed, or it failed; the detail says which, and what it said.</exception>
    public static async Task RunAsync(string program, string directory, NpgsqlConnectionStringBuilder server, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Start(new ProcessStartInfo(Find(program, directory), arguments) { RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false }, server);
        process.StandardInput.Close();
        try
        {
            var said = await ReadEndAsync(process.StandardError, cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw new PlatformException(ErrorCode.BackupUnavailable, $"{program} failed: {said.Trim()}");
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    private static Process Start(ProcessStartInfo info, NpgsqlConnectionStringBuilder server)
    {
        foreach (var name in info.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
        {
            info.Environment.Remove(name);
        }

        foreach (var (name, value) in PostgresEnvironment.Of(server))
        {
            info.Environment[name] = value;
        }

        try
        {
            return Process.Start(info)!;
        }
        catch (Win32Exception exception)
        {
            throw new PlatformException(ErrorCode.BackupUnavailable, $"{info.FileName} can't be run: {exception.Message}");
        }
    }

    private static string Find(string program, string directory)
    {
        var name = OperatingSystem.IsWindows() ? $"{program}.exe" : program;
        var places = directory.Length > 0 ? [directory] : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Concat(DebianPlaces());
        return places.Select(place => Path.Combine(place, name)).FirstOrDefault(File.Exists) ?? throw new PlatformException(
            ErrorCode.BackupUnavailable,
            $"{program} is not installed here. Install PostgreSQL's client programs (Debian: postgresql-client) of the server's version or newer, or set Backups:PostgresBin to their directory.");
    }

    // One directory a version, not in PATH.
    private static IEnumerable<string> DebianPlaces()
    {
        const string Root = "/usr/lib/postgresql";
        var versions = Directory.Exists(Root) ? Directory.GetDirectories(Root) : [];
        return versions.OrderByDescending(path => path.Length).ThenByDescending(path => path, StringComparer.Ordinal).Select(path => Path.Combine(path, "bin"));
    }

    // Its last words say why; before them may be a warning for each of many objects.
    private static async Task<string> ReadEndAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var end = "";
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            end = $"{end}{line}\n";
            end = end[Math.Max(0, end.Length - MaxError)..];
        }

        return end;
    }
}
