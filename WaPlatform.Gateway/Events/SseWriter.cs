using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace WaPlatform.Gateway.Events;

/// <summary>Server-sent events of one response, written at the reader's pace, with a bound for what waits and for how long.</summary>
internal sealed class SseWriter(PipeWriter output, TimeProvider timeProvider, CancellationToken cancellationToken)
{
    /// <summary>How long a reader may take for a part. One that takes longer is cut off.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // What is written before the reader has to have taken it, beside what the connection's own buffers hold.
    private const int Part = 32 * 1024;

    private int _unflushed;

    public bool HasUnflushed => _unflushed > 0;

    /// <summary>An event that readers get by <c>onmessage</c>.</summary>
    /// <param name="json">One line.</param>
    public async Task EventAsync(string id, ReadOnlyMemory<byte> json)
    {
        Write(Encoding.ASCII.GetBytes($"id: {id}\ndata: "));
        for (; json.Length > Part; json = json[Part..])
        {
            Write(json.Span[..Part]);
            await FlushAsync();
        }

        Write(json.Span);
        Write("\n\n"u8);
        if (_unflushed >= Part)
        {
            await FlushAsync();
        }
    }

    /// <summary>An event of another kind.</summary>
    public void Named(string name, string json) => Write(Encoding.UTF8.GetBytes($"event: {name}\ndata: {json}\n\n"));

    /// <summary>A sign of life, and where the reader is: it goes on from there also if no event came.</summary>
    public void Comment(string text, string id) => Write(Encoding.ASCII.GetBytes($": {text}\nid: {id}\n\n"));

    /// <summary>Completes when the reader has taken all but what the connection's buffers hold.</summary>
    /// <exception cref="TimeoutException">It takes too long.</exception>
    /// <exception cref="OperationCanceledException">The reader has gone, or the gateway stops.</exception>
    public async Task FlushAsync()
    {
        _unflushed = 0;
        var flushing = output.FlushAsync(cancellationToken);
        var flushed = flushing.IsCompleted ? await flushing : await flushing.AsTask().WaitAsync(Patience, timeProvider, cancellationToken);
        if (flushed.IsCompleted)
        {
            throw new OperationCanceledException("The reader has gone.");
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        _unflushed += bytes.Length;
    }
}
