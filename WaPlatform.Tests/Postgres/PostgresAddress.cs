using Npgsql;

namespace WaPlatform.Tests.Postgres;

/// <summary>Writes the same database's address as gowa's driver reads it.</summary>
internal static class PostgresAddress
{
    /// <param name="query">For example <c>search_path=a&amp;sslmode=disable</c>.</param>
    /// <param name="role">User and password, where they are not those of the connection string.</param>
    public static string ToUri(string connectionString, string query, (string Name, string Password)? role = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var (name, password) = role ?? (settings.Username!, settings.Password!);
        return $"postgres://{Uri.EscapeDataString(name)}:{Uri.EscapeDataString(password)}@{settings.Host}:{settings.Port}/{settings.Database}?{query}";
    }

    /// <summary>The way back, for an address without characters that need escaping.</summary>
    public static string FromUri(string uri)
    {
        var address = new Uri(uri);
        var user = address.UserInfo.Split(':');
        return new NpgsqlConnectionStringBuilder
        {
            Host = address.Host, Port = address.Port, Database = address.AbsolutePath[1..], Username = user[0], Password = user[1], Pooling = false,
        }.ConnectionString;
    }

    /// <summary>Runs statements in the database.</summary>
    public static async Task ExecuteAsync(string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The first column of what a query gives, as text.</summary>
    public static async Task<string[]> QueryAsync(string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add($"{reader.GetValue(0)}");
        }

        return [.. rows];
    }
}
