using System.Globalization;
using Npgsql;

namespace WaPlatform.ProcessHost.Sessions;

/// <summary>Writes <c>DB_URI</c> as gowa's driver (lib/pq) reads it; an unknown parameter would be fatal (gowa real.md §3.1 point 2).</summary>
internal static class SessionUri
{
    /// <param name="platform">How the platform itself reaches the server; of several hosts the first is taken.</param>
    /// <param name="isEncrypted">Whether its own connection was encrypted, which decides where the settings leave it open.</param>
    public static string Build(NpgsqlConnectionStringBuilder platform, string database, bool isEncrypted, string role, string password, string schema)
    {
        var (host, port) = First(platform);
        var isSocket = host.StartsWith('/');
        var parameters = new List<string> { $"search_path={Uri.EscapeDataString(schema)}", "connect_timeout=10", $"sslmode={Encryption(platform.SslMode, isEncrypted, isSocket)}" };
        if (isSocket)
        {
            parameters.Add($"host={Uri.EscapeDataString(host)}");
            parameters.Add(string.Create(CultureInfo.InvariantCulture, $"port={port}"));
        }
        else if (platform.RootCertificate is { Length: > 0 } certificate)
        {
            parameters.Add($"sslrootcert={Uri.EscapeDataString(certificate)}");
        }

        var authority = isSocket ? "" : string.Create(CultureInfo.InvariantCulture, $"{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}");
        return $"postgres://{Uri.EscapeDataString(role)}:{Uri.EscapeDataString(password)}@{authority}/{Uri.EscapeDataString(database)}?{string.Join('&', parameters)}";
    }

    private static (string Host, int Port) First(NpgsqlConnectionStringBuilder platform)
    {
        var host = platform.Host!.Split(',')[0].Trim();

        // host:port is Npgsql's; more than one colon is an IPv6 address.
        var parts = host.Split(':');
        return parts is [var name, var port] && !host.StartsWith('/') && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (name, number)
            : (host.Trim('[', ']'), platform.Port);
    }

    private static string Encryption(SslMode mode, bool isEncrypted, bool isSocket) => mode switch
    {
        _ when isSocket => "disable",
        SslMode.VerifyCA => "verify-ca",
        SslMode.VerifyFull => "verify-full",
        _ => isEncrypted ? "require" : "disable",
    };
}
