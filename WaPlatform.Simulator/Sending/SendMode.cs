using WaPlatform.Simulator.Http;

namespace WaPlatform.Simulator.Sending;

internal enum SendOutcome
{
    Ok,
    Slow,
    Error,
    Drop,
    CommitThenDrop,
    CommitThenDie,
    Timelock,
}

/// <summary>How sends behave until told otherwise.</summary>
/// <param name="Remaining">How many sends it still holds for; null = all.</param>
internal sealed record SendMode(SendOutcome Outcome, TimeSpan? Latency, int Status, string Code, string Message, int? Remaining)
{
    public static SendMode Ok { get; } = new(SendOutcome.Ok, null, 0, "", "", null);

    public ApiException Failure() => Outcome == SendOutcome.Timelock
        ? new(
            429, "WA_REACHOUT_TIMELOCK",
            "WhatsApp rejected this send due to reachout timelock or privacy-token state. Try sending to an existing conversation, " +
            "have the recipient message you first, and make sure WhatsApp privacy tokens are persisted.")
        : new(Status, Code, Message);
}
