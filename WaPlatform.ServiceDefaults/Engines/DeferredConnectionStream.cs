using System.Net;
using System.Net.Sockets;

namespace WaPlatform.ServiceDefaults.Engines;

/// <summary>A TCP connection that is made by the first write. Reads before that wait for it.</summary>
internal sealed class DeferredConnectionStream(DnsEndPoint endPoint) : Stream
{
    private readonly TaskCompletionSource<NetworkStream> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _disposed = new();
    private int _connecting;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var connection = await ConnectAsync(cancellationToken);
        await connection.WriteAsync(buffer, cancellationToken);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var connection = await _connected.Task.WaitAsync(cancellationToken);
        return await connection.ReadAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Engine connections are asynchronous.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Engine connections are asynchronous.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Not disposed: a connect in flight still holds the token, and without a timer there is nothing to free.
            _disposed.Cancel();
            if (_connected.TrySetException(new ObjectDisposedException(nameof(DeferredConnectionStream))))
            {
                // Nobody may be waiting; the failure is then nobody's.
                _ = _connected.Task.Exception;
            }
            else if (_connected.Task.IsCompletedSuccessfully)
            {
#pragma warning disable VSTHRD002 // It is complete: nothing is waited for.
                _connected.Task.Result.Dispose();
#pragma warning restore VSTHRD002
            }
        }

        base.Dispose(disposing);
    }

    private async ValueTask<NetworkStream> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_connected.Task.IsCompletedSuccessfully || Interlocked.Exchange(ref _connecting, 1) == 1)
        {
            return await _connected.Task.WaitAsync(cancellationToken);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposed.Token);
            await socket.ConnectAsync(endPoint, stop.Token);
            var connection = new NetworkStream(socket, ownsSocket: true);
            if (!_connected.TrySetResult(connection))
            {
                await connection.DisposeAsync();
            }

            return connection;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            var unreachable = new EngineUnreachableException($"Nothing answers at {endPoint.Host}:{endPoint.Port}.", exception);
            _connected.TrySetException(unreachable);
            _ = _connected.Task.Exception;
            throw unreachable;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
