using WaPlatform.Simulator.Http;

namespace WaPlatform.Simulator.Sending;

internal enum SendOutcome
{
    Ok,
    Slow,
    Error,
    Drop,
    CommitThenDrop,
}

/// <summary>How sends behave until told otherwise.</summary>
/// <param name="Remaining">How many sends it still holds for; null = all.</param>
internal sealed record SendMode(SendOutcome Outcome, TimeSpan? Latency, int Status, string Code, string Message, int? Remaining)
{
    public static SendMode Ok { get; } = new(SendOutcome.Ok, null, 0, "", "", null);

    public ApiException Failure() => new(Status, Code, Message);
}
