using Npgsql;

namespace WaPlatform.ProcessHost.Sessions;

/// <summary>A number's role and schema, on a connection of the platform's user: a superuser, or one that may make roles and schemas.</summary>
internal sealed class SessionNames
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly bool _isSuperuser;
    private readonly CancellationToken _cancellationToken;

    private SessionNames(NpgsqlConnection connection, string digits, string databaseId, string database, bool isSuperuser, bool isEncrypted, CancellationToken cancellationToken)
    {
        Connection = connection;
        Database = database;
        IsEncrypted = isEncrypted;
        Schema = $"wa_{digits}";

        // A role belongs to the whole server: another platform in another of its databases may have the same number.
        Role = $"wa_{digits}_{databaseId}";
        _isSuperuser = isSuperuser;
        _cancellationToken = cancellationToken;
    }

    public NpgsqlConnection Connection { get; }

    public string Database { get; }

    public bool IsEncrypted { get; }

    public string Schema { get; }

    public string Role { get; }

    public static async Task<SessionNames> ReadAsync(NpgsqlConnection connection, string digits, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT d.oid::text, d.datname::text, r.rolsuper, coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)
            FROM pg_database d, pg_roles r WHERE d.datname = current_database() AND r.rolname = current_user
            """, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new SessionNames(connection, digits, reader.GetString(0), reader.GetString(1), reader.GetBoolean(2), reader.GetBoolean(3), cancellationToken);
    }

    public Task<bool> RoleExistsAsync() => ScalarAsync<bool>("SELECT EXISTS(SELECT 1 FROM pg_roles WHERE rolname = $1)", Role);

    /// <summary>
    /// Makes the platform's user a member: only so may it give the role a schema and end its backends. From PostgreSQL 16 on the maker of a role may grant
    /// himself that, before any maker of roles might.
    /// </summary>
    public Task JoinAsync() => _isSuperuser ? Task.CompletedTask : ExecuteAsync($"GRANT {Role} TO CURRENT_USER");

    /// <summary>A schema that came out of a backup may be another's.</summary>
    public async Task TakeOwnershipAsync()
    {
        await using var find = Command(
            """
            SELECT format('ALTER SCHEMA %I OWNER TO %I', nspname, $2) FROM pg_namespace WHERE nspname = $1 AND pg_get_userbyid(nspowner) <> $2
            UNION ALL
            SELECT format('ALTER TABLE %I.%I OWNER TO %I', n.nspname, c.relname, $2) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND pg_get_userbyid(c.relowner) <> $2
            """, Schema, Role);
        var statements = new List<string>();
        await using (var reader = await find.ExecuteReaderAsync(_cancellationToken))
        {
            while (await reader.ReadAsync(_cancellationToken))
            {
                statements.Add(reader.GetString(0));
            }
        }

        foreach (var statement in statements)
        {
            await ExecuteAsync(statement);
        }
    }

    /// <summary>So it is in databases that come from PostgreSQL 14 or older.</summary>
    public async Task<bool> MayCreateInPublicAsync() =>
        await ScalarAsync<bool?>("SELECT has_schema_privilege($1, oid, 'CREATE') FROM pg_namespace WHERE nspname = 'public'", Role) == true;

    /// <summary>Takes that right from everybody; false if the platform's user may not.</summary>
    public async Task<bool> CloseForCreationAsync()
    {
        // Two numbers that do it at the same time would get in each other's way.
        await ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended('waplatform public', 0))");
        await ExecuteAsync("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
        return !await MayCreateInPublicAsync();
    }

    /// <summary>Ends the role's backends and waits until they are gone.</summary>
    /// <exception cref="SessionStoreException">They don't end.</exception>
    public async Task TerminateAsync(int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            // One that is just being let in with the old password shows up a moment later.
            var left = await ScalarAsync<long>(
                $"SELECT count(pg_terminate_backend(pid, {(int)Patience.TotalMilliseconds})) FROM pg_stat_activity WHERE usename = $1", Role);
            if (left == 0)
            {
                return;
            }
        }

        if (await ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE usename = $1", Role) > 0)
        {
            throw new SessionStoreException("Connections of an earlier owner don't end.");
        }
    }

    public async Task<T?> ScalarAsync<T>(string sql, params string[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteScalarAsync(_cancellationToken) is T value ? value : default;
    }

    public async Task ExecuteAsync(string sql, params string[] values)
    {
        await using var command = Command(sql, values);
        await command.ExecuteNonQueryAsync(_cancellationToken);
    }

    // Names and verifiers are of letters, digits and what a verifier has; whatever else there is goes as a parameter.
#pragma warning disable CA2100
    private NpgsqlCommand Command(string sql, params string[] values)
    {
        var command = new NpgsqlCommand(sql, Connection);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = value });
        }

        return command;
    }
}
