using System.Buffers.Binary;
using System.Security.Cryptography;

namespace WaPlatform.Gateway.Messages;

/// <summary>
/// Version 7 UUIDs that grow within one process, also within a millisecond (RFC 9562 §6.2, method 1): their order is the order of acceptance.
/// </summary>
internal sealed class MessageIds(TimeProvider timeProvider)
{
    private const int MaxCounter = 0xFFF;

    private readonly Lock _lock = new();
    private long _milliseconds;
    private int _counter;

    public Guid Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes[8..]);
        lock (_lock)
        {
            var now = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
            if (now > _milliseconds)
            {
                (_milliseconds, _counter) = (now, 0);
            }
            else if (++_counter > MaxCounter)
            {
                // Ahead of the clock for a moment, rather than out of order.
                (_milliseconds, _counter) = (_milliseconds + 1, 0);
            }

            BinaryPrimitives.WriteInt64BigEndian(bytes, _milliseconds << 16);
            BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)(0x7000 | _counter));
        }

        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new Guid(bytes, bigEndian: true);
    }
}
