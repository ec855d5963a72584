using System.Diagnostics;
using System.Globalization;
using System.Net;
using Npgsql;
using WaPlatform.ServiceDefaults;
using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.Processes;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace WaPlatform.Tests.Postgres;

/// <summary>A PostgreSQL server of the tests' own, on a free port of the loopback, in a temporary directory. Started by the first test that asks for it.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Package = "postgresql";
    private const string User = "wa";

    // Not trust: a password that gets lost on the way must be noticed.
    private const string Password = "p;w'd";

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(120);

    private readonly SemaphoreSlim _gate = new(1);
    private readonly ReservedPort _port = new(IPAddress.Loopback);
    private string? _directory;
    private TiedServer? _server;

    /// <summary>What it confirmed outlives the server's own end (<see cref="CrashAsync"/>), at the price of a write for each commit.</summary>
    public bool KeepsCommits { get; init; }

    /// <summary>A connection string to a new, empty database.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var connectionString = await NameDatabaseAsync(cancellationToken);
        var name = new NpgsqlConnectionStringBuilder(connectionString).Database;
        await ExecuteAsync($"CREATE DATABASE \"{name}\"", cancellationToken);
        return connectionString;
    }

    /// <summary>A connection string to a database that does not exist yet.</summary>
    public async Task<string> NameDatabaseAsync(CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken);
        return NameDatabase();
    }

    /// <summary>The same, of a server that need not run yet.</summary>
    public string NameDatabase() => ConnectionString($"t_{Guid.NewGuid():N}");

    /// <summary>Runs a statement in the maintenance database.</summary>
    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Ends the server as an immediate shutdown does: every connection breaks, and its next start recovers from the log. For a test that has a server of its own.</summary>
    public async Task CrashAsync(CancellationToken cancellationToken)
    {
        // Its first line is the pid of the postmaster.
        var lines = await File.ReadAllLinesAsync(Path.Combine(DataDirectory, "postmaster.pid"), cancellationToken);
        Signal.Send(int.Parse(lines[0], CultureInfo.InvariantCulture), Signal.Quit);
        await _server!.ExitAsync(cancellationToken);
        await _server.DisposeAsync();
        _server = null;
    }

    /// <summary>Stops the server in good order; nothing is lost. For a test that has a server of its own.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _server!.DisposeAsync();
        _server = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_directory is not null)
        {
            Directory.Delete(_directory, recursive: true);
        }

        _port.Dispose();
        _gate.Dispose();
    }

    private string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = _port.Number,
        Username = User,
        Password = Password,
        Database = database,
        MaxPoolSize = 20,
    }.ConnectionString;

    /// <summary>Starts the server if it does not run; on the same data and port as before, if it did.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_server is not null)
            {
                return;
            }

            // Debian keeps the server's programs out of PATH, one directory a version.
            var versions = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
            string[] bins = [.. versions.OrderByDescending(path => path.Length).ThenByDescending(path => path, StringComparer.Ordinal).Select(path => Path.Combine(path, "bin"))];
            var initdb = Installed.Find("initdb", Package, bins);
            var postgres = Installed.Find("postgres", Package, bins);

            if (_directory is null)
            {
                _directory = Directory.CreateTempSubdirectory("wa-postgres-").FullName;
                await CreateClusterAsync(initdb, _directory, cancellationToken);
            }

            // INT = PostgreSQL's fast stop. Nothing here has to survive a power cut.
            _server = TiedServer.Start("INT", AsServerUser, postgres,
                "-D", DataDirectory, "-k", _directory, "-p", $"{_port.Number}", "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300",
                "-c", "fsync=off", "-c", $"synchronous_commit={(KeepsCommits ? "on" : "off")}", "-c", "full_page_writes=off", "-c", "shared_buffers=32MB");
            await ReadyAsync(_server, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    private string DataDirectory => Path.Combine(_directory!, "data");

    private async Task CreateClusterAsync(string initdb, string directory, CancellationToken cancellationToken)
    {
        var passwordFile = Path.Combine(directory, "password");
        await File.WriteAllTextAsync(passwordFile, Password, cancellationToken);
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", ["-R", ServerUser, directory], cancellationToken);
        }

        string[] create = [.. AsServerUser, initdb, "-D", DataDirectory, "-U", User, "--auth=scram-sha-256", $"--pwfile={passwordFile}", "--no-sync", "--no-locale", "-E", "UTF8"];
        await RunAsync(create[0], create[1..], cancellationToken);
    }

    // PostgreSQL refuses to run as root.
    private static string ServerUser => File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";

    private static string[] AsServerUser =>
        Environment.IsPrivilegedProcess ? [Installed.Find("setpriv", "util-linux"), "--reuid", ServerUser, "--clear-groups", "--"] : [];

    private static async Task ReadyAsync(TiedServer server, CancellationToken cancellationToken)
    {
        try
        {
            await server.Error.WaitForAsync("ready to accept connections", cancellationToken).WaitAsync(StartPatience, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"PostgreSQL does not get ready. It said:\n{server.Error.Text}");
        }
    }

    private static async Task RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        })!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken).WaitAsync(StartPatience, cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await output}{error}");
        }
    }
}
