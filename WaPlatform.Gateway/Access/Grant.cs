using System.Collections.Immutable;
using System.Globalization;
using System.Security.Claims;
using WaPlatform.Data.Access;
using WaPlatform.Gateway.Keys;

namespace WaPlatform.Gateway.Access;

/// <summary>What somebody may do, on which devices, and until when. Whoever makes a key or a user gives away at most what they have themselves.</summary>
/// <param name="Until">Null = for ever.</param>
internal sealed record Grant(ImmutableHashSet<string> Scopes, DeviceAccess Devices, DateTimeOffset? Until)
{
    public static Grant Of(ClaimsPrincipal caller) => new(
        [.. caller.FindAll(Access.Scopes.ClaimType).Select(claim => claim.Value)],
        DeviceAccess.Of(caller),
        caller.FindFirstValue(KeyCaller.EndClaim) is { } end ? DateTimeOffset.ParseExact(end, "O", CultureInfo.InvariantCulture) : null);

    public static Grant Of(UserRole role) => new([.. Access.Scopes.Of(role)], DeviceAccess.ToAll, null);

    /// <returns>What <paramref name="asked"/> has beyond this one, in words; null if nothing.</returns>
    public string? MissingFor(Grant asked) =>
        asked.Scopes.Except(Scopes).Order(StringComparer.Ordinal).FirstOrDefault() is { } scope ? $"the scope {scope}"
        : !Devices.Covers(asked.Devices) ? "all of the devices"
        : Until is not null && !(asked.Until <= Until) ? "a right without its own end"
        : null;
}
