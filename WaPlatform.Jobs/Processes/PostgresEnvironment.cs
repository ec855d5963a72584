using System.Globalization;
using Npgsql;

namespace WaPlatform.Jobs.Processes;

/// <summary>Npgsql's settings as libpq's environment variables.</summary>
internal static class PostgresEnvironment
{
    public static Dictionary<string, string> Of(NpgsqlConnectionStringBuilder server)
    {
        var hosts = (server.Host ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(host => Split(host, server.Port)).ToList();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PGHOST"] = string.Join(',', hosts.Select(host => host.Name)),
            ["PGPORT"] = string.Join(',', hosts.Select(host => host.Port)),
            ["PGDATABASE"] = server.Database ?? server.Username ?? "",
            ["PGSSLMODE"] = Mode(server.SslMode),
            ["PGCONNECT_TIMEOUT"] = "10",
            ["PGAPPNAME"] = "waplatform backup",
        };
        Add(environment, "PGUSER", server.Username);
        Add(environment, "PGPASSWORD", server.Password);
        Add(environment, "PGPASSFILE", server.Passfile);
        Add(environment, "PGSSLROOTCERT", server.RootCertificate);
        Add(environment, "PGSSLCERT", server.SslCertificate);
        Add(environment, "PGSSLKEY", server.SslKey);
        return environment;
    }

    private static void Add(Dictionary<string, string> environment, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            environment[name] = value;
        }
    }

    // host:port is Npgsql's; more than one colon is an IPv6 address, and a slash begins a socket's directory.
    private static (string Name, string Port) Split(string host, int port) => host.Split(':') is [var name, var own] && !host.StartsWith('/')
        ? (name, own)
        : (host.Trim('[', ']'), port.ToString(CultureInfo.InvariantCulture));

    private static string Mode(SslMode mode) => mode switch
    {
        SslMode.Disable => "disable",
        SslMode.Allow => "allow",
        SslMode.Require => "require",
        SslMode.VerifyCA => "verify-ca",
        SslMode.VerifyFull => "verify-full",
        _ => "prefer",
    };
}
