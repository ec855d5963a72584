namespace WaPlatform.Data;

public static class DatabaseTime
{
    /// <summary>The time as precisely as both databases keep it (microseconds): what is stored and what is answered before are then the same.</summary>
    public static DateTimeOffset GetDatabaseTime(this TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        var now = timeProvider.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
