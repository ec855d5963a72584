using System.Globalization;
using Npgsql;

namespace WaPlatform.Simulator.Storage;

/// <summary>Reads <c>postgres://user:password@host:port/database?parameter=value</c> as gowa's driver does: what it does not know itself is a setting of the server's.</summary>
internal static class PostgresUri
{
    private const string Scheme = "postgres://";

    // Known to the driver; they change nothing of what a simulator does.
    private static readonly string[] Ignored =
        ["binary_parameters", "client_encoding", "disable_prepared_binary_result", "krbspn", "krbsrvname", "passfile", "sslcert", "sslinline", "sslkey", "sslsni", "target_session_attrs"];

    /// <exception cref="FormatException">It cannot be read.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string uri)
    {
        if (!uri.StartsWith(Scheme, StringComparison.Ordinal))
        {
            throw new FormatException($"missing \"=\" after \"{uri}\" in connection info string\"");
        }

        // One connection, as gowa keeps one; and nothing at its opening that a session does not need.
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = "localhost",
            SslMode = SslMode.Require,
            MaxPoolSize = 1,
            NoResetOnClose = true,
            GssEncryptionMode = GssEncryptionMode.Disable,
        };
        var rest = uri[Scheme.Length..];
        var query = rest.IndexOf('?', StringComparison.Ordinal);
        var pairs = query < 0 ? [] : rest[(query + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries);
        rest = query < 0 ? rest : rest[..query];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        ReadAuthority(settings, slash < 0 ? rest : rest[..slash]);
        if (slash >= 0 && rest.Length > slash + 1)
        {
            settings.Database = Uri.UnescapeDataString(rest[(slash + 1)..]);
        }

        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            Set(settings, Decode(equals < 0 ? pair : pair[..equals]), equals < 0 ? "" : Decode(pair[(equals + 1)..]));
        }

        return settings;
    }

    private static void ReadAuthority(NpgsqlConnectionStringBuilder settings, string authority)
    {
        var at = authority.LastIndexOf('@');
        if (at >= 0)
        {
            var user = authority[..at].Split(':', 2);
            settings.Username = Uri.UnescapeDataString(user[0]);
            settings.Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null;
        }

        var host = authority[(at + 1)..];
        var colon = host.LastIndexOf(':');
        if (colon > host.LastIndexOf(']') && colon < host.Length - 1)
        {
            settings.Port = Number(host[(colon + 1)..]);
        }

        host = (colon > host.LastIndexOf(']') ? host[..colon] : host).Trim('[', ']');
        settings.Host = host.Length > 0 ? Uri.UnescapeDataString(host) : settings.Host;
    }

    private static void Set(NpgsqlConnectionStringBuilder settings, string name, string value)
    {
        switch (name)
        {
            case "host":
                settings.Host = value;
                break;
            case "port":
                settings.Port = Number(value);
                break;
            case "user":
                settings.Username = value;
                break;
            case "password":
                settings.Password = value;
                break;
            case "dbname":
                settings.Database = value;
                break;
            case "application_name":
                settings.ApplicationName = value;
                break;
            case "fallback_application_name":
                settings.ApplicationName ??= value;
                break;
            case "connect_timeout":
                settings.Timeout = Number(value);
                break;
            case "sslrootcert":
                settings.RootCertificate = value;
                break;
            case "sslmode":
                settings.SslMode = Encryption(value);
                break;
            case "options":
                settings.Options = $"{settings.Options} {value}".Trim();
                break;
            case var other when !Ignored.Contains(other, StringComparer.Ordinal):
                settings.Options = $"{settings.Options} -c {other}={value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(" ", "\\ ", StringComparison.Ordinal)}".Trim();
                break;
        }
    }

    private static SslMode Encryption(string mode) => mode switch
    {
        "disable" => SslMode.Disable,
        "allow" => SslMode.Allow,
        "prefer" => SslMode.Prefer,
        "" or "require" => SslMode.Require,
        "verify-ca" => SslMode.VerifyCA,
        "verify-full" => SslMode.VerifyFull,
        _ => throw new FormatException($"pq: unsupported sslmode \"{mode}\"; only \"require\" (default), \"verify-full\", \"verify-ca\", and \"disable\" supported"),
    };

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new FormatException($"strconv.ParseInt: parsing \"{text}\": invalid syntax");

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
