using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Backups;
using WaPlatform.Contracts.Faults;
using WaPlatform.ServiceDefaults;

namespace WaPlatform.ProcessHost.Sessions;

/// <summary>Gives each start of an engine the place of its number's session, and takes that away when the number is erased.</summary>
internal sealed class SessionStore(IOptions<SessionStoreOptions> options, DataDirectory data, ILogger<SessionStore> logger) : IAsyncDisposable
{
    private const string File = "file:storages/whatsapp.db";

    private readonly SessionRoles? _roles = options.Value.Store == SessionStoreKind.Postgres ? new SessionRoles(options.Value.ConnectionString, logger) : null;

    /// <summary>Working directory of a number's engine. With sessions in PostgreSQL it holds nothing that a start needs.</summary>
    public string DirectoryOf(string phoneNumber) => data.Subdirectory("sessions", phoneNumber);

    /// <summary>Makes the session ready for one start of the engine. Whatever an earlier start was given is good for nothing after that.</summary>
    /// <param name="turn">Grows from owner to owner of the number: one that was overtaken is refused.</param>
    /// <exception cref="SessionStoreException">The server is away or says no; a later attempt may succeed.</exception>
    public async Task<SessionPlace> PrepareAsync(string phoneNumber, SessionTurn turn, CancellationToken cancellationToken)
    {
        if (_roles is null)
        {
            return new SessionPlace(File, null);
        }

        return await _roles.SecureAsync(phoneNumber, turn, cancellationToken);
    }

    /// <summary>Exchanges the session of a number whose engine has ended for that of a restore.</summary>
    /// <exception cref="PlatformException">It can't be had; the one from before is in its place.</exception>
    public Task ReplaceAsync(string phoneNumber, IBackupGrain source, CancellationToken cancellationToken) => _roles is null
        ? SessionFiles.ReplaceAsync(DirectoryOf(phoneNumber), source.ReadStagedSessionAsync(phoneNumber), cancellationToken)
        : source.RestoreSessionSchemaAsync(phoneNumber).WaitAsync(cancellationToken);

    /// <summary>Deletes the session of a number whose engine has ended.</summary>
    /// <exception cref="SessionStoreException">The server is away or says no.</exception>
    public async Task EraseAsync(string phoneNumber, CancellationToken cancellationToken)
    {
        if (_roles is not null)
        {
            await _roles.DropAsync(phoneNumber, cancellationToken);
        }

        Directory.Delete(DirectoryOf(phoneNumber), recursive: true);
    }

    public ValueTask DisposeAsync() => _roles?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>Where an engine finds its session.</summary>
/// <param name="Uri">Value of <c>DB_URI</c>.</param>
/// <param name="Password">What in it must never be seen; null if nothing.</param>
internal sealed record SessionPlace(string Uri, string? Password)
{
    public override string ToString() => nameof(SessionPlace);
}

/// <summary>The session cannot be had now.</summary>
internal sealed class SessionStoreException(string message, Exception? inner = null) : Exception(message, inner);
