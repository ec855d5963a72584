using WaPlatform.Simulator.Storage;

namespace WaPlatform.Simulator.Network;

/// <summary>
/// Finds out that another process connected with the same session (gowa contract §8.2, StreamReplaced): the newest connection leaves its token for the
/// account in the session database, an older one sees it at its next look.
/// </summary>
internal sealed class StreamToken(ISessionDatabase database, Background background, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Claim> _mine = new(StringComparer.Ordinal);
    private bool _isLooking;

    /// <summary>Called once when another process has taken an account over.</summary>
    public required Action Replaced { get; init; }

    public async Task ClaimAsync(string adJid, CancellationToken cancellationToken)
    {
        // Not between another claim and its writing, and not in the middle of a look: an account's old token would be taken for a stranger's.
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var claim = new Claim(Guid.NewGuid().ToString("N"));
            lock (_gate)
            {
                _mine[adJid] = claim;
            }

            await TryWriteAsync(adJid, claim, cancellationToken);
            if (!_isLooking)
            {
                _isLooking = true;
                background.Run(LookAsync);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Release(string adJid)
    {
        lock (_gate)
        {
            _mine.Remove(adJid);
        }
    }

    public void Dispose() => _turn.Dispose();

    // WhatsApp does not ask for our database: what cannot be written now is written when it is back.
    private async Task TryWriteAsync(string adJid, Claim claim, CancellationToken cancellationToken)
    {
        try
        {
            await database.ClaimAsync(adJid, claim.Token, cancellationToken);
            claim.IsWritten = true;
        }
        catch (SessionDatabaseException)
        {
            // The next look tries it again.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(database.LookInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            if (await IsReplacedAsync(cancellationToken))
            {
                Replaced();
                return;
            }
        }
    }

    private async Task<bool> IsReplacedAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            KeyValuePair<string, Claim>[] mine;
            lock (_gate)
            {
                mine = [.. _mine];
            }

            foreach (var (adJid, claim) in mine.Where(static claim => !claim.Value.IsWritten))
            {
                await TryWriteAsync(adJid, claim, cancellationToken);
            }

            return mine.Length > 0 && await database.ReadClaimsAsync(cancellationToken) is { } claims
                && mine.Any(own => own.Value.IsWritten && claims.TryGetValue(own.Key, out var token) && token != own.Value.Token && IsHeld(own.Key));
        }
        catch (SessionDatabaseException exception)
        {
            // Who took the password away did it to connect with the session himself; away for any other cause, nobody can have.
            return exception.IsLockedOut;
        }
        finally
        {
            _turn.Release();
        }
    }

    private bool IsHeld(string adJid)
    {
        lock (_gate)
        {
            return _mine.ContainsKey(adJid);
        }
    }

    private sealed class Claim(string token)
    {
        public string Token => token;

        public bool IsWritten { get; set; }
    }
}
