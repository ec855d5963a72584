using System.Text;
using WaPlatform.Simulator.Json;

namespace WaPlatform.Simulator.Storage;

/// <summary>
/// Proves that no two processes ran with the session of one number at a time. A process with a session holds an exclusive lock of the operating system on
/// <c>{SIM_LIVES}.{number}.lock</c> until it is gone, however it goes, and tells in <c>SIM_LIVES</c>: <c>start</c> with the lock, <c>stop</c> at an orderly
/// end, <c>overlap</c> if another process had it.
/// </summary>
internal sealed class Lives(string? path, Background background, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();

    // Null while another process has the lock. Never closed: the kernel does that, after the last instruction of the process.
    private readonly Dictionary<string, FileStream?> _locks = new(StringComparer.Ordinal);
    private readonly AppendFile? _file = path is null ? null : new AppendFile(path);

    /// <summary>The process has the sessions of these numbers from now on.</summary>
    public void Begin(IEnumerable<string> numbers)
    {
        foreach (var number in path is null ? [] : numbers)
        {
            lock (_gate)
            {
                if (!_locks.TryAdd(number, null))
                {
                    continue;
                }
            }

            if (!TryLock(number))
            {
                Tell(number, "overlap");
                background.Run(stopping => LockLaterAsync(number, stopping));
            }
        }
    }

    /// <summary>The process ends in good order.</summary>
    public void End()
    {
        lock (_gate)
        {
            foreach (var (number, _) in _locks.Where(static held => held.Value is not null))
            {
                Tell(number, "stop");
            }
        }
    }

    public void Dispose() => _file?.Dispose();

    private async Task LockLaterAsync(string number, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Retry, time);
        while (await timer.WaitForNextTickAsync(cancellationToken) && !TryLock(number))
        {
        }
    }

    private bool TryLock(string number)
    {
        try
        {
            // Without sharing this is flock(LOCK_EX) on Unix, and the like on Windows.
            var held = new FileStream($"{path}.{number}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            lock (_gate)
            {
                _locks[number] = held;
                Tell(number, "start");
            }

            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private void Tell(string number, string kind) => _file?.Write(Encoding.UTF8.GetBytes(GoJson.ToText(GoJson.Struct(
        ("at", GoTime.Nano(time.GetUtcNow())), ("phone", number), ("pid", Environment.ProcessId), ("kind", kind))) + "\n"));
}
