namespace WaPlatform.Tests.Platform;

/// <summary>Ranges of engine ports, so that platforms side by side do not try for the same ones. Below those that the system gives to outgoing connections.</summary>
internal static class EnginePorts
{
    private const int First = 10_000;
    private const int Ranges = 100;
    private const int Width = 200;

    // Test runs side by side begin at different ones.
    private static int _next = Environment.ProcessId % Ranges;

    public static int Next() => First + (Interlocked.Increment(ref _next) % Ranges * Width);
}
