using System.Globalization;
using System.Security.Claims;
using WaPlatform.Data.Access;
using WaPlatform.Gateway.Access;

namespace WaPlatform.Gateway.Keys;

/// <summary>A key as its row said a moment ago, with the principal of everybody who calls with it.</summary>
internal sealed class KeyCaller
{
    /// <summary>Type of the claim with the key's prefix: only keys have it.</summary>
    public const string PrefixClaim = "key";

    /// <summary>Type of the claim with the id of its row.</summary>
    public const string IdClaim = "key_id";

    /// <summary>Type of the claim with its end; none without.</summary>
    public const string EndClaim = "key_end";

    private static readonly TimeSpan UseInterval = TimeSpan.FromMinutes(1);

    private long _usedAt;

    public KeyCaller(ApiKey row, DateTimeOffset readAt)
    {
        (Prefix, Hash, ExpiresAt, ReadAt) = (row.Prefix, row.Hash, row.ExpiresAt, readAt);
        _usedAt = (row.LastUsedAt ?? DateTimeOffset.MinValue).UtcTicks;
        Principal = new ClaimsPrincipal(new ClaimsIdentity(ClaimsOf(row), KeyHandler.SchemeName, AccessTokens.NameClaim, AccessTokens.RoleClaim));
    }

    public string Prefix { get; }

    public string Hash { get; }

    public DateTimeOffset? ExpiresAt { get; }

    public DateTimeOffset ReadAt { get; }

    /// <summary>One for all its requests: a key may name hundreds of devices.</summary>
    public ClaimsPrincipal Principal { get; }

    /// <returns>True for the one caller who is to write it down: seldom.</returns>
    public bool NoteUse(DateTimeOffset now)
    {
        var before = Interlocked.Read(ref _usedAt);
        return now.UtcTicks - before >= UseInterval.Ticks && Interlocked.CompareExchange(ref _usedAt, now.UtcTicks, before) == before;
    }

    /// <summary>What a key is called where a user's name would stand. No user can have such a name.</summary>
    public static string NameOf(string prefix) => $"key:{prefix}";

    private static IEnumerable<Claim> ClaimsOf(ApiKey row)
    {
        yield return new Claim(AccessTokens.NameClaim, NameOf(row.Prefix));
        yield return new Claim(PrefixClaim, row.Prefix);
        yield return new Claim(IdClaim, row.Id.ToString());
        if (row.ExpiresAt is { } end)
        {
            yield return new Claim(EndClaim, end.ToString("O", CultureInfo.InvariantCulture));
        }

        foreach (var scope in row.Scopes)
        {
            yield return new Claim(Scopes.ClaimType, scope);
        }

        foreach (var device in row.Devices ?? [])
        {
            yield return new Claim(DeviceAccess.ClaimType, device);
        }
    }
}
