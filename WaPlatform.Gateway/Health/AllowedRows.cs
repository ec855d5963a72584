using WaPlatform.Data.Devices;
using WaPlatform.Data.Messages;
using WaPlatform.Gateway.Access;

namespace WaPlatform.Gateway.Health;

/// <summary>The rows that a caller may see.</summary>
internal static class AllowedRows
{
    public static IQueryable<Device> AllowedTo(this IQueryable<Device> devices, DeviceAccess access)
    {
        var only = access.Only?.ToList();
        return only is null ? devices : devices.Where(device => only.Contains(device.PhoneNumber));
    }

    public static IQueryable<Message> AllowedTo(this IQueryable<Message> messages, DeviceAccess access)
    {
        var only = access.Only?.ToList();
        return only is null ? messages : messages.Where(message => only.Contains(message.PhoneNumber));
    }
}
