namespace WaPlatform.Simulator.Storage;

/// <summary>What <c>DB_URI</c> names: the sessions, and which process connected last with each of them.</summary>
internal interface ISessionDatabase : IDisposable
{
    /// <summary>How often a process asks whether another one has connected with its session.</summary>
    TimeSpan LookInterval { get; }

    /// <summary>Makes what is missing, and reads the sessions, oldest first.</summary>
    /// <exception cref="SessionDatabaseException">It cannot be used; the message is gowa's.</exception>
    Task<IReadOnlyList<Session>> OpenAsync(CancellationToken cancellationToken);

    /// <exception cref="SessionDatabaseException">It is away.</exception>
    Task SaveAsync(Session session, CancellationToken cancellationToken);

    /// <exception cref="SessionDatabaseException">It is away.</exception>
    Task DeleteAsync(string adJid, CancellationToken cancellationToken);

    /// <summary>Notes who holds the account's connection to WhatsApp from now on.</summary>
    /// <exception cref="SessionDatabaseException">It is away.</exception>
    Task ClaimAsync(string adJid, string token, CancellationToken cancellationToken);

    /// <summary>The newest token of each account; null when nothing has changed since the last look or claim.</summary>
    /// <exception cref="SessionDatabaseException">It is away.</exception>
    Task<IReadOnlyDictionary<string, string>?> ReadClaimsAsync(CancellationToken cancellationToken);
}

/// <summary>The session database says no; the message is the Go error's text.</summary>
internal sealed class SessionDatabaseException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The database does not let this process in any more: its password is another's by now.</summary>
    public bool IsLockedOut { get; init; }
}
