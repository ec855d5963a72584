using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR;
using WaPlatform.Gateway.Access;

namespace WaPlatform.Gateway.Events;

/// <summary>One hub connection: what it hears, and a bounded queue with a writer of its own. Nobody ever waits for it.</summary>
internal sealed class Subscriber
{
    /// <summary>
    /// So many frames, or so many bytes, may wait for a client; one that falls further behind is cut off. Some seconds' worth: a gateway that stood still for
    /// a moment, or read many events from the journal at once, must not cut off everybody. Connections share the bytes.
    /// </summary>
    public const int MaxFrames = 10_000;
    public const long MaxBytes = 16 * 1024 * 1024;

    private readonly Channel<Queued> _queue = Channel.CreateBounded<Queued>(new BoundedChannelOptions(MaxFrames));
    private readonly IPeer _peer;
    private readonly Task _writing;
    private long _queuedBytes;
    private Task? _closing;

    public Subscriber(IPeer peer, DeviceAccess access, Rooms rooms)
    {
        (_peer, Access, Hearing) = (peer, access, new Hearing(rooms, 0));
        _writing = WriteAsync();
    }

    /// <summary>What its caller may hear.</summary>
    public DeviceAccess Access { get; }

    /// <summary>What it hears; changed by <see cref="EventDispatcher"/> only, between two events.</summary>
    public Hearing Hearing { get; set; }

    /// <summary>Bytes that wait for the client.</summary>
    public long QueuedBytes => Interlocked.Read(ref _queuedBytes);

    /// <returns>False if the client had fallen too far behind: it is being cut off and gets nothing any more.</returns>
    public bool Offer(HubBytes frame)
    {
        var queued = Interlocked.Add(ref _queuedBytes, frame.Length);

        // A frame that is larger than the whole queue is nobody's delay, if nothing waits before it.
        if ((queued <= MaxBytes || queued == frame.Length) && _queue.Writer.TryWrite(new Queued(frame, null)))
        {
            return true;
        }

        if (_queue.Writer.TryComplete())
        {
            // The writer may be stuck in a write until the connection is closed; what waits behind it is of no use.
            while (_queue.Reader.TryRead(out var dropped))
            {
                dropped.Passed?.TrySetCanceled();
            }

            _closing = _peer.CloseAsync("The client does not keep up with the events; it was cut off. Reconnect and resume, join fewer rooms or read faster.");
        }

        return false;
    }

    /// <summary>Completes when the client has taken all that was offered before.</summary>
    /// <exception cref="OperationCanceledException">It never will.</exception>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await _queue.Writer.WriteAsync(new Queued(null, passed), cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new OperationCanceledException("The connection has ended.");
        }

        await passed.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Writes a frame past the queue, which is empty (<see cref="DrainAsync"/>), at the client's pace.</summary>
    public ValueTask WriteAsync(HubBytes frame) => _peer.WriteAsync(frame.Message);

    /// <summary>The connection has ended.</summary>
    public async Task StopAsync()
    {
        _queue.Writer.TryComplete();
        await _writing;
        await (_closing ?? Task.CompletedTask);
    }

    private async Task WriteAsync()
    {
        await foreach (var (frame, passed) in _queue.Reader.ReadAllAsync())
        {
            if (frame is not null)
            {
                await _peer.WriteAsync(frame.Message);
                Interlocked.Add(ref _queuedBytes, -frame.Length);
            }

            passed?.TrySetResult();
        }
    }

    private readonly record struct Queued(HubBytes? Frame, TaskCompletionSource? Passed);
}

/// <summary>A frame as it goes over the wire, made once for all connections.</summary>
internal sealed record HubBytes(SerializedHubMessage Message, int Length);
