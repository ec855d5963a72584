namespace WaPlatform.Simulator.Slots;

/// <summary>
/// Go's sync.RWMutex for tasks: a waiting writer keeps new readers out, and nobody ever gives up waiting. gowa's hangs during a dial
/// (real.md §3.1.4) come from exactly this, so the simulator waits the same way.
/// </summary>
internal sealed class GoRwLock
{
    private readonly Lock _gate = new();
    private readonly Queue<(bool Write, TaskCompletionSource Entered)> _waiting = new();
    private int _readers;
    private bool _writing;

    public async Task<Releaser> ReadAsync()
    {
        await EnterAsync(write: false);
        return new Releaser(this, write: false);
    }

    public async Task<Releaser> WriteAsync()
    {
        await EnterAsync(write: true);
        return new Releaser(this, write: true);
    }

    private Task EnterAsync(bool write)
    {
        lock (_gate)
        {
            if (_waiting.Count == 0 && !_writing && (!write || _readers == 0))
            {
                Admit(write);
                return Task.CompletedTask;
            }

            var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue((write, entered));
            return entered.Task;
        }
    }

    private void Exit(bool write)
    {
        lock (_gate)
        {
            if (write)
            {
                _writing = false;
            }
            else
            {
                _readers--;
            }

            while (_waiting.TryPeek(out var next) && !_writing && (!next.Write || _readers == 0))
            {
                _waiting.Dequeue();
                Admit(next.Write);
                next.Entered.SetResult();
            }
        }
    }

    private void Admit(bool write)
    {
        if (write)
        {
            _writing = true;
        }
        else
        {
            _readers++;
        }
    }

    internal readonly struct Releaser(GoRwLock owner, bool write) : IDisposable
    {
        public void Dispose() => owner.Exit(write);
    }
}
