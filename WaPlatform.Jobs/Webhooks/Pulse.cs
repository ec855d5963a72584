namespace WaPlatform.Jobs.Webhooks;

/// <summary>Wakes all who wait, anew each time. Who looks for work takes <see cref="Next"/> before looking, and waits for it after.</summary>
internal sealed class Pulse
{
    private TaskCompletionSource _next = Make();

    public Task Next => Volatile.Read(ref _next).Task;

    public void Beat() => Interlocked.Exchange(ref _next, Make()).TrySetResult();

    private static TaskCompletionSource Make() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
