namespace WaPlatform.ProcessHost.Engines;

/// <summary>Keeps what watches an engine going. If it ended, the number would keep for good the state that it was last seen in.</summary>
internal static partial class PersistentWatch
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>Runs a watch until it returns, or the engine has ended; whatever breaks it before, it begins anew.</summary>
    public static async Task RunAsync(Func<Task> watch, TimeProvider timeProvider, ILogger logger, CancellationToken ended)
    {
        while (true)
        {
            try
            {
                await watch();
                return;
            }
            catch (Exception exception) when (!ended.IsCancellationRequested)
            {
                // By design every failure: the next look must come.
                Log.Broke(logger, exception, RetryDelay.TotalSeconds);
            }

            await Task.Delay(RetryDelay, timeProvider, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (ended.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A watch over an engine broke; it begins anew in {Seconds} s.")]
        public static partial void Broke(ILogger logger, Exception exception, double seconds);
    }
}
