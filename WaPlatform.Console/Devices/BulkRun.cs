using WaPlatform.Console.Http;

namespace WaPlatform.Console.Devices;

/// <summary>One act on many devices: a few at a time, each failure kept, and it can be stopped in between. Where the platform limits requests, it waits.</summary>
public sealed class BulkRun(IReadOnlyList<string> phones, Func<string, CancellationToken, Task> act, TimeProvider timeProvider) : IDisposable
{
    // What a browser opens to one server at once is six.
    private const int AtOnce = 4;

    private readonly CancellationTokenSource _stopping = new();
    private readonly List<string> _done = [];
    private readonly List<(string Phone, Problem Problem)> _failed = [];

    public int Total => phones.Count;

    public IReadOnlyList<string> Done => _done;

    public IReadOnlyList<(string Phone, Problem Problem)> Failed => _failed;

    public int Finished => _done.Count + _failed.Count;

    public bool IsOver { get; private set; }

    public bool WasStopped => _stopping.IsCancellationRequested;

    /// <summary>The platform takes no more requests for a while.</summary>
    public bool IsThrottled { get; private set; }

    /// <param name="progressed">Called after each device.</param>
    public async Task RunAsync(Action progressed)
    {
        var queue = new Queue<string>(phones);
        await Task.WhenAll(Enumerable.Range(0, Math.Min(AtOnce, phones.Count)).Select(_ => WorkAsync(queue, progressed)));
        (IsOver, IsThrottled) = (true, false);
        progressed();
    }

    public void Stop() => _stopping.Cancel();

    public void Dispose() => _stopping.Dispose();

    private async Task WorkAsync(Queue<string> queue, Action progressed)
    {
        while (!_stopping.IsCancellationRequested && queue.TryDequeue(out var phone))
        {
            try
            {
                await act(phone, CancellationToken.None);
                _done.Add(phone);
                IsThrottled = false;
            }
            catch (ApiException exception) when (exception.Problem is { Code: Problem.RateLimited, RetryAfter: { } seconds })
            {
                // It was refused, not done: its turn comes again.
                queue.Enqueue(phone);
                IsThrottled = true;
                progressed();
                await Task.Delay(TimeSpan.FromSeconds(seconds), timeProvider, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }
            catch (ApiException exception)
            {
                _failed.Add((phone, exception.Problem));
            }

            progressed();
        }
    }
}
