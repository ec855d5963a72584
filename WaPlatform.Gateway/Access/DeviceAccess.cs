using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Security.Claims;

namespace WaPlatform.Gateway.Access;

/// <summary>Which devices a caller sees, sends from, proxies to and hears. Handlers take it as a parameter.</summary>
/// <param name="Only">Digits of the numbers; null = all devices, and what belongs to none.</param>
internal sealed record DeviceAccess(FrozenSet<string>? Only)
{
    /// <summary>Type of the claims that name a device each. A caller without any may use all of them.</summary>
    public const string ClaimType = "device";

    public static readonly DeviceAccess ToAll = new((FrozenSet<string>?)null);

    // A key's principal serves many requests, and its set is not for free.
    private static readonly ConditionalWeakTable<ClaimsPrincipal, DeviceAccess> Limited = [];

    public static DeviceAccess Of(ClaimsPrincipal caller) => caller.HasClaim(static claim => claim.Type == ClaimType) ? Limited.GetValue(caller, Read) : ToAll;

    public static DeviceAccess To(IEnumerable<string> phoneNumbers) => new(phoneNumbers.ToFrozenSet(StringComparer.Ordinal));

    public static ValueTask<DeviceAccess> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context.User));

    /// <param name="phoneNumber">Null for what belongs to no device.</param>
    public bool Allows(string? phoneNumber) => Only is null || (phoneNumber is not null && Only.Contains(phoneNumber));

    /// <summary>Whether <paramref name="other"/> reaches no device that this one does not.</summary>
    public bool Covers(DeviceAccess other) => Only is null || other.Only?.IsSubsetOf(Only) == true;

    private static DeviceAccess Read(ClaimsPrincipal caller) => To(caller.FindAll(ClaimType).Select(claim => claim.Value));
}
