namespace WaPlatform.Contracts.Devices;

/// <summary>One line that an engine process wrote, secrets masked. <paramref name="Number"/> grows by one a line.</summary>
[GenerateSerializer, Immutable]
public sealed record LogLine(
    [property: Id(0)] long Number,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] LogStreams Stream,
    [property: Id(3)] string Text);

[Flags]
public enum LogStreams
{
    None = 0,
    Stdout = 1,
    Stderr = 2,
    Both = Stdout | Stderr,
}
