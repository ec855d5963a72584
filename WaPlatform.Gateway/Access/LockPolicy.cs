namespace WaPlatform.Gateway.Access;

/// <summary>How long wrong passwords shut a user out.</summary>
internal static class LockPolicy
{
    /// <summary>So many wrong passwords in a row are answered 401; from then on each one shuts the user out for a while.</summary>
    public const int FreeFailures = 5;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <summary>The lock that follows the given number of failures in a row, or null for none.</summary>
    public static TimeSpan? After(int failures) => failures < FreeFailures
        ? null
        : TimeSpan.FromTicks(Math.Min(First.Ticks << Math.Min(failures - FreeFailures, 10), Longest.Ticks));
}
