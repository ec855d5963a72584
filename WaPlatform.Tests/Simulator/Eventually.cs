namespace WaPlatform.Tests.Simulator;

/// <summary>Waits for a state of another process that nobody announces.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks again and again until the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not within the patience.</exception>
    public static async Task TrueAsync(Func<CancellationToken, Task<bool>> condition, TimeSpan patience, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(condition);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (!await condition(limit.Token))
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The state did not come within {patience}.");
        }
    }
}
