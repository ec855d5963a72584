using System.Security.Claims;
using WaPlatform.Gateway.Keys;

namespace WaPlatform.Gateway.Access;

/// <summary>Whether the credential that a principal was made from still stands: for what outlasts a request.</summary>
internal sealed class Standing(Sessions sessions, ApiKeys keys)
{
    public async Task<bool> HoldsAsync(ClaimsPrincipal caller, CancellationToken cancellationToken) =>
        caller.FindFirstValue(KeyCaller.PrefixClaim) is { } prefix
            ? await keys.StandsAsync(prefix, cancellationToken)
            : await sessions.FindAsync(caller, cancellationToken) is not null;
}
