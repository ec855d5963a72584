using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Data;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Proxy;

/// <summary>Which device the short form means: <c>X-Instance-Id</c>, <c>X-Device-Id</c>, <c>?device=</c>, or the only one that the caller may use.</summary>
internal static class ProxyDevice
{
    public static async Task<(PhoneNumber Phone, Fault? Fault)> FindAsync(
        HttpRequest request, DeviceAccess access, WaDbContext db, CancellationToken cancellationToken)
    {
        if (Named(request) is var (field, value))
        {
            return PhoneNumber.TryParse(value, out var phone) ? (phone, null) : (default, Invalid(field, "Must be the phone number of a device."));
        }

        var numbers = await db.Devices.AllowedTo(access).Select(d => d.PhoneNumber).OrderBy(number => number).Take(2).ToListAsync(cancellationToken);
        return numbers is [var only] && PhoneNumber.TryParse(only, out var device)
            ? (device, null)
            : (default, Invalid("X-Instance-Id", "Name the device: by this header, by X-Device-Id, by ?device= or in the path."));
    }

    private static (string Field, string Value)? Named(HttpRequest request)
    {
        foreach (var header in (ReadOnlySpan<string>)["X-Instance-Id", "X-Device-Id"])
        {
            if (request.Headers.TryGetValue(header, out var values))
            {
                return (header, values.ToString());
            }
        }

        return request.Query.TryGetValue("device", out var device) ? ("device", device.ToString()) : null;
    }

    private static Fault Invalid(string field, string problem) => new(ErrorCode.ValidationFailed, "It is not clear which device is meant.")
    {
        Errors = new Dictionary<string, string[]> { [field] = [problem] },
    };
}
