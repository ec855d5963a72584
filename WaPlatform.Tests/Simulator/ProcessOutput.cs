using System.Text;

namespace WaPlatform.Tests.Simulator;

/// <summary>Everything one stream of a process has said, with a way to wait for more.</summary>
public sealed class ProcessOutput
{
    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _ended;

    public string Text
    {
        get
        {
            lock (_gate)
            {
                return _text.ToString();
            }
        }
    }

    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Waits until the text holds the part.</summary>
    /// <exception cref="InvalidOperationException">The stream ended without it.</exception>
    public Task<string> WaitForAsync(string part, CancellationToken cancellationToken) => WaitForAsync(part, 1, cancellationToken);

    /// <summary>Waits until the text holds the part so many times.</summary>
    /// <exception cref="InvalidOperationException">The stream ended without it.</exception>
    public async Task<string> WaitForAsync(string part, int times, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                var text = _text.ToString();
                if (text.Split(part).Length > times)
                {
                    return text;
                }

                if (_ended)
                {
                    throw new InvalidOperationException($"The process ended without saying \"{part}\" {times}×. It said:\n{text}");
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    internal async Task ReadAsync(StreamReader reader)
    {
        var buffer = new char[4096];
        int count;
        while ((count = await reader.ReadAsync(buffer, CancellationToken.None)) > 0)
        {
            lock (_gate)
            {
                _text.Append(buffer, 0, count);
                Signal();
            }
        }

        lock (_gate)
        {
            _ended = true;
            Signal();
        }
    }

    private void Signal()
    {
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }
}
