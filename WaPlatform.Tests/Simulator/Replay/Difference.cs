namespace WaPlatform.Tests.Simulator.Replay;

/// <summary>Where the simulator departs from the recording on purpose. Everything else that differs is a defect of the simulator.</summary>
internal sealed record Difference(Func<Exchange, bool> Covers, string Reason, Func<string, string, (string Recorded, string Actual)> Even)
{
    private static readonly string[] PathMadeSlots = ["nope2", "nope3"];

    public static readonly Difference[] All =
    [
        new(exchange => exchange.Run == "1",
            "The binary shows a slot that a path made for an unknown id under whatever later requests leave in its memory; the simulator keeps the first name.",
            (recorded, actual) => Mask.Slots(recorded, actual, PathMadeSlots)),
    ];

    /// <summary>Makes both bodies alike where they may differ.</summary>
    public static (string Recorded, string Actual) Apply(Exchange exchange, string recorded, string actual) =>
        All.Where(difference => difference.Covers(exchange))
            .Aggregate((recorded, actual), (bodies, difference) => difference.Even(bodies.recorded, bodies.actual));
}
