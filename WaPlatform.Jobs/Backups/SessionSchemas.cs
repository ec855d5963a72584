using Microsoft.Extensions.Options;
using Npgsql;
using WaPlatform.Jobs.Backups.Database;
using WaPlatform.Jobs.Backups.Restore;

namespace WaPlatform.Jobs.Backups;

/// <summary>The schema of one number's session in PostgreSQL (decision 9), while no engine uses it.</summary>
internal sealed class SessionSchemas(IConfiguration configuration, IOptions<BackupOptions> options)
{
    /// <summary>Takes the schema out of a dump. What was there before is kept until that has succeeded, and comes back if it fails.</summary>
    public async Task RestoreAsync(string dump, string phoneNumber, CancellationToken cancellationToken)
    {
        // Digits: it goes into statements.
        var schema = $"wa_{Contracts.Devices.PhoneNumber.Parse(phoneNumber).Digits}";
        var (aside, server) = ($"{schema}_before", Server());
        await using var connection = await server.OpenAsync(cancellationToken);
        await ExecuteAsync(connection, $"DROP SCHEMA IF EXISTS {aside} CASCADE", cancellationToken);
        var exists = await ExistsAsync(connection, schema, cancellationToken);
        if (exists)
        {
            await ExecuteAsync(connection, $"ALTER SCHEMA {schema} RENAME TO {aside}", cancellationToken);
        }

        try
        {
            // pg_restore takes the schema's objects and not the schema itself.
            await ExecuteAsync(connection, $"CREATE SCHEMA {schema}", cancellationToken);
            await server.RestoreSchemaAsync(dump, schema, cancellationToken);
        }
        catch
        {
            await ExecuteAsync(connection, $"DROP SCHEMA IF EXISTS {schema} CASCADE", CancellationToken.None);
            await ExecuteAsync(connection, exists ? $"ALTER SCHEMA {aside} RENAME TO {schema}" : "SELECT 1", CancellationToken.None);
            throw;
        }

        await ExecuteAsync(connection, $"DROP SCHEMA IF EXISTS {aside} CASCADE", cancellationToken);
    }

    private PostgresServer Server() => PostgresServer.OfSessions(configuration, options.Value)
        ?? new PostgresServer(Swap.Platform, configuration.GetConnectionString("wadb") ?? throw new InvalidOperationException("ConnectionStrings:wadb is not set."), options.Value.PostgresBin);

    private static async Task<bool> ExistsAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT 1 FROM pg_namespace WHERE nspname = $1", connection) { Parameters = { new() { Value = schema } } };
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

#pragma warning disable CA2100 // Names of letters, digits and underscores.
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
#pragma warning restore CA2100
}
