using System.Net;
using System.Net.Sockets;

namespace WaPlatform.Gateway.Limits;

/// <summary>
/// Where an address is counted. Addresses share a fixed number of slots, so that however many somebody sends from cost no memory; one that shares its
/// slot with a busy stranger is limited together with it.
/// </summary>
internal static class AddressSlot
{
    public const int Count = 16 * 1024;

    // What one customer gets of IPv6 at least.
    private const int Prefix6 = 8;

    /// <param name="address">Null, as of a Unix socket, is an address like any other.</param>
    /// <param name="name">Counts the address for each name apart.</param>
    public static int Of(IPAddress? address, string? name = null)
    {
        var hash = new HashCode();
        if (address is not null)
        {
            var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            var bytes = plain.GetAddressBytes();
            hash.AddBytes(plain.AddressFamily == AddressFamily.InterNetworkV6 ? bytes.AsSpan(0, Prefix6) : bytes);
        }

        // Seeded anew in each process: nobody can choose what meets in one slot.
        hash.Add(name);
        return (int)((uint)hash.ToHashCode() % Count);
    }
}
