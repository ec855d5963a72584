namespace WaPlatform.Simulator.Storage;

/// <summary>One paired account.</summary>
/// <param name="AdJid">JID with the device number, for example <c>628123456789:12@s.whatsapp.net</c>.</param>
/// <param name="PushName">Name the account shows.</param>
internal sealed record Session(string AdJid, string PushName)
{
    /// <summary>JID without the device number.</summary>
    public string Jid => AdJid[..AdJid.IndexOf(':', StringComparison.Ordinal)] + AdJid[AdJid.IndexOf('@', StringComparison.Ordinal)..];
}

/// <summary>The sessions: what a restart needs to stay paired (gowa contract §3.2).</summary>
internal sealed class SessionStore(string uri) : IDisposable
{
    /// <summary>What <c>DB_URI</c> means (gowa contract §2.3).</summary>
    public ISessionDatabase Database { get; } = uri.StartsWith("postgres:", StringComparison.Ordinal) ? new SessionTables(uri) : new SessionFile(uri);

    /// <summary>As found at the start, oldest first.</summary>
    public IReadOnlyList<Session> Found { get; private set; } = [];

    /// <summary>Opens and reads the database; null, or gowa's reason why not.</summary>
    public async Task<string?> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            Found = [.. await Database.OpenAsync(cancellationToken)];
            return null;
        }
        catch (SessionDatabaseException exception)
        {
            return exception.Message;
        }
    }

    public void Dispose() => Database.Dispose();
}
