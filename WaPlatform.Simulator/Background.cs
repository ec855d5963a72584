using WaPlatform.Simulator.Output;

namespace WaPlatform.Simulator;

/// <summary>Everything that runs beside the requests: timers, reconnects, webhook deliveries. Kept until it ends; cancelled when the process stops.</summary>
internal sealed class Background(GoLog log) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _running = [];
    private readonly CancellationTokenSource _stopping = new();

    public CancellationToken Stopping => _stopping.Token;

    public void Run(Func<CancellationToken, Task> work)
    {
        var task = GuardAsync(work);
        lock (_gate)
        {
            _running.Add(task);
        }

        _ = task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        Task[] running;
        lock (_gate)
        {
            running = [.. _running];
        }

        await Task.WhenAny(Task.WhenAll(running), Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None));
    }

    public void Dispose() => _stopping.Dispose();

    private void Forget(Task task)
    {
        lock (_gate)
        {
            _running.Remove(task);
        }
    }

    private async Task GuardAsync(Func<CancellationToken, Task> work)
    {
        await Task.Yield();
        try
        {
            await work(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The process is stopping.
        }
#pragma warning disable CA1031 // By design: whatsmeow recovers a panic of an event handler and logs it; the process lives on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            log.Error("Recovered in background: " + exception.Message);
        }
    }
}
