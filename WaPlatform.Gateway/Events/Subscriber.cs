using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR;
using WaPlatform.Gateway.Access;

namespace WaPlatform.Gateway.Events;

/// <summary>One hub connection: its rooms, and a bounded queue with a writer of its own. Nobody ever waits for it.</summary>
internal sealed class Subscriber
{
    /// <summary>So many frames, or so many bytes, may wait for a client; one that falls further behind is cut off.</summary>
    public const int MaxFrames = 1000;
    public const long MaxBytes = 4 * 1024 * 1024;

    private readonly Channel<HubBytes> _queue = Channel.CreateBounded<HubBytes>(new BoundedChannelOptions(MaxFrames));
    private readonly IPeer _peer;
    private readonly Task _writing;
    private long _queuedBytes;
    private Task? _closing;
    private volatile Rooms _rooms;

    public Subscriber(IPeer peer, Rooms rooms)
    {
        (_peer, _rooms) = (peer, rooms);
        _writing = WriteAsync();
    }

    /// <summary>The devices that it may hear, whatever its rooms.</summary>
    public DeviceAccess Access { get; init; } = DeviceAccess.ToAll;

    public Rooms Rooms
    {
        get => _rooms;
        set => _rooms = value;
    }

    /// <summary>Bytes that wait for the client.</summary>
    public long QueuedBytes => Interlocked.Read(ref _queuedBytes);

    /// <returns>False if the client had fallen too far behind: it is being cut off and gets nothing any more.</returns>
    public bool Offer(HubBytes frame)
    {
        if (Interlocked.Add(ref _queuedBytes, frame.Length) <= MaxBytes && _queue.Writer.TryWrite(frame))
        {
            return true;
        }

        if (_queue.Writer.TryComplete())
        {
            _closing = _peer.CloseAsync("The client does not keep up with the events; it was cut off. Reconnect, join fewer rooms or read faster.");
        }

        // The writer may be stuck in a write for long; what waits behind it is of no use.
        while (_queue.Reader.TryRead(out _))
        {
        }

        return false;
    }

    /// <summary>The connection has ended.</summary>
    public async Task StopAsync()
    {
        _queue.Writer.TryComplete();
        await _writing;
        await (_closing ?? Task.CompletedTask);
    }

    private async Task WriteAsync()
    {
        await foreach (var frame in _queue.Reader.ReadAllAsync())
        {
            await _peer.WriteAsync(frame.Message);
            Interlocked.Add(ref _queuedBytes, -frame.Length);
        }
    }
}

/// <summary>A frame as it goes over the wire, made once for all connections.</summary>
internal sealed record HubBytes(SerializedHubMessage Message, int Length);
