using System.Collections.Frozen;
using System.Security.Claims;

namespace WaPlatform.Gateway.Access;

/// <summary>Which devices a caller sees, sends from, proxies to and hears. Handlers take it as a parameter.</summary>
/// <param name="Only">Digits of the numbers; null = all devices, and what belongs to none.</param>
internal sealed record DeviceAccess(FrozenSet<string>? Only)
{
    /// <summary>Type of the claims that name a device each. A caller without any may use all of them.</summary>
    public const string ClaimType = "device";

    public static readonly DeviceAccess ToAll = new((FrozenSet<string>?)null);

    public static DeviceAccess Of(ClaimsPrincipal caller)
    {
        var devices = caller.FindAll(ClaimType).Select(claim => claim.Value).ToFrozenSet(StringComparer.Ordinal);
        return devices.Count == 0 ? ToAll : new DeviceAccess(devices);
    }

    public static ValueTask<DeviceAccess> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context.User));

    /// <param name="phoneNumber">Null for what belongs to no device.</param>
    public bool Allows(string? phoneNumber) => Only is null || (phoneNumber is not null && Only.Contains(phoneNumber));
}
