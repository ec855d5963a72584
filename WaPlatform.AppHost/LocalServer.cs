using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace WaPlatform.AppHost;

/// <summary>A server that is installed on this machine, started as a process for the time that the system runs. The services wait by themselves until it answers.</summary>
internal sealed class LocalServer(string name, string command, string connectionString) : ExecutableResource(name, command, Path.GetTempPath()), IResourceWithConnectionString
{
    // Makes the cluster at the first start. Nobody but this user gets in: a socket in a directory of theirs, and no port. Debian keeps the programs out of PATH.
    private const string Postgres = """
        PATH="$PATH:$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)"
        [ -e "$1/data/PG_VERSION" ] || initdb -D "$1/data" --auth=peer -E UTF8 --no-locale || exit
        exec postgres -D "$1/data" -k "$1" -c listen_addresses= -c max_locks_per_transaction=256
        """;

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{connectionString}");

    /// <summary>PostgreSQL in a directory of this user's; it does not run as root.</summary>
    public static IResourceBuilder<LocalServer> AddPostgres(IDistributedApplicationBuilder builder, string name)
    {
        var directory = Directory.CreateDirectory(
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "waplatform", "postgres")).FullName;
        return builder.AddResource(new LocalServer(name, "sh", $"Host={directory};Username={Environment.UserName};Database={name}"))
            .WithArgs("-c", Postgres, "sh", directory);
    }

    /// <summary>Redis on a free port of the loopback; it keeps nothing.</summary>
    public static IResourceBuilder<LocalServer> AddRedis(IDistributedApplicationBuilder builder, string name)
    {
        var port = FreePort();
        return builder.AddResource(new LocalServer(name, "redis-server", $"127.0.0.1:{port}"))
            .WithArgs("--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "no");
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
