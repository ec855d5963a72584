namespace WaPlatform.Console.Live;

/// <summary>How long to wait before the hub is dialed again.</summary>
public static class RedialDelay
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    /// <param name="attempts">Failed ones in a row; 0 after a connection that stood.</param>
    public static TimeSpan After(int attempts) =>
        attempts >= 6 ? Longest : TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, 0.5 * Math.Pow(2, Math.Max(0, attempts))));
}
