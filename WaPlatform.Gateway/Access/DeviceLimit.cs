using WaPlatform.Contracts.Devices;
using WaPlatform.Data.Access;
using WaPlatform.Data.Devices;
using WaPlatform.Data.Messages;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Access;

/// <summary>Keeps callers to the devices that they may use. To them all others are as if they were not there.</summary>
internal static class DeviceLimit
{
    /// <summary>Name of the route parameter with a device's number.</summary>
    public const string RouteParameter = "phone";

    /// <summary>Of every path with <c>{phone}</c> in it, before its handler is asked: none can forget it.</summary>
    public static IApplicationBuilder UseDeviceLimit(this IApplicationBuilder app) => app.Use(static (context, next) =>
        context.GetRouteValue(RouteParameter) is string text && PhoneNumber.TryParse(text, out var phone) && !DeviceAccess.Of(context.User).Allows(phone.Digits)
            ? ProblemResult.NoDevice(phone.Digits).ExecuteAsync(context)
            : next(context));

    public static IQueryable<Device> AllowedTo(this IQueryable<Device> devices, DeviceAccess access)
    {
        if (access.Only is null)
        {
            return devices;
        }

        var numbers = access.Only.ToList();
        return devices.Where(d => numbers.Contains(d.PhoneNumber));
    }

    public static IQueryable<Message> AllowedTo(this IQueryable<Message> messages, DeviceAccess access)
    {
        if (access.Only is null)
        {
            return messages;
        }

        var numbers = access.Only.ToList();
        return messages.Where(m => numbers.Contains(m.PhoneNumber));
    }

    /// <summary>Those keys that reach no other device.</summary>
    public static IQueryable<ApiKey> AllowedTo(this IQueryable<ApiKey> keys, DeviceAccess access)
    {
        if (access.Only is null)
        {
            return keys;
        }

        var numbers = access.Only.ToList();
        return keys.Where(k => k.Devices != null && k.Devices.All(device => numbers.Contains(device)));
    }
}
