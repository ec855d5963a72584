using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Data;

namespace WaPlatform.Gateway.Keys;

/// <summary>
/// Whose key it is, as the rows say. Asked with every request, hence a short memory, as for sessions: what this gateway itself changes counts at once,
/// what another one changes within that time.
/// </summary>
internal sealed partial class ApiKeys(IDbContextFactory<WaDbContext> databases, TimeProvider timeProvider, ILogger<ApiKeys> logger)
{
    public static readonly TimeSpan Memory = TimeSpan.FromSeconds(5);

    // Only prefixes that have a row get in: no more entries than keys, and nobody can push them out by guessing.
    private const int MaxEntries = 10_000;

    private readonly ConcurrentDictionary<string, KeyCaller> _known = new(StringComparer.Ordinal);

    /// <returns>Null if the key is malformed, unknown, revoked or expired.</returns>
    public async Task<KeyCaller?> FindAsync(string text, CancellationToken cancellationToken)
    {
        if (!KeyText.TryRead(text, out var prefix, out var secret)
            || await ReadAsync(prefix, cancellationToken) is not { } key
            || !KeyText.Matches(key.Hash, secret)
            || IsOver(key))
        {
            return null;
        }

        await NoteUseAsync(key, cancellationToken);
        return key;
    }

    /// <summary>Whether a key that was good when a request began still is.</summary>
    public async Task<bool> StandsAsync(string prefix, CancellationToken cancellationToken) =>
        await ReadAsync(prefix, cancellationToken) is { } key && !IsOver(key);

    /// <summary>Keys were revoked by this gateway: one, and those that it had made.</summary>
    public void Forget() => _known.Clear();

    private bool IsOver(KeyCaller key) => key.ExpiresAt <= timeProvider.GetUtcNow();

    private async Task<KeyCaller?> ReadAsync(string prefix, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        if (_known.TryGetValue(prefix, out var known) && known.ReadAt + Memory > now)
        {
            return known;
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.ApiKeys.AsNoTracking().SingleOrDefaultAsync(k => k.Prefix == prefix, cancellationToken) is not { } row)
        {
            _known.TryRemove(prefix, out _);
            return null;
        }

        if (_known.Count >= MaxEntries)
        {
            _known.Clear();
        }

        return _known[prefix] = new KeyCaller(row, now);
    }

    private async Task NoteUseAsync(KeyCaller key, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetDatabaseTime();
        if (!key.NoteUse(now))
        {
            return;
        }

        try
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            await db.ApiKeys.Where(k => k.Prefix == key.Prefix && (k.LastUsedAt == null || k.LastUsedAt < now))
                .ExecuteUpdateAsync(set => set.SetProperty(k => k.LastUsedAt, now), cancellationToken);
        }
        catch (Exception exception) when (exception.IsDatabaseUnavailable())
        {
            // No reason to refuse a request: the next one notes it.
            Log.NotNoted(logger, key.Prefix, exception.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "The use of key {Prefix} could not be noted ({Cause}).")]
        public static partial void NotNoted(ILogger logger, string prefix, string cause);
    }
}
