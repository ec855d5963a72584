using WaPlatform.Contracts.Devices;

namespace WaPlatform.ProcessHost.Hearing;

/// <summary>
/// Decides from what was seen whether a number is deaf, and which step of the cure comes next: probe, reconnect, restart, rest. Only what was asked
/// and not answered, or sent to many and confirmed by nobody, counts; that nothing comes from a number to which nothing is sent is no sign of anything.
/// </summary>
internal static class HearingPolicy
{
    /// <returns>What is known from now on, and the step to take; null = none.</returns>
    public static (HearingCase Case, HearingStep? Step) Decide(HearingCase known, HearingSigns signs, HearingOptions options)
    {
        if (signs.Unanswered is { } silent)
        {
            // What was done for missing receipts proves nothing about answers.
            var step = known.Deafness == Deafness.Receipts ? HearingStep.Probe : known.Step;
            return DecideUnanswered(known with { Deafness = silent, Unanswered = known.Unanswered + 1, Step = step }, signs, options);
        }

        if (known.Deafness is null)
        {
            return signs.ReceiptsMissing ? Take(known with { Deafness = Deafness.Receipts }, HearingStep.Probe) : (HearingCase.None, null);
        }

        // What did not answer does. Where receipts are missing, answers were never the question.
        if (known.Deafness != Deafness.Receipts || signs.HeardSinceStep)
        {
            return Take(HearingCase.None, HearingStep.Recovered);
        }

        return known.Step == HearingStep.Probe || signs.SinceStep >= options.ReceiptSettle ? Advance(known, options) : (known, null);
    }

    /// <summary>How long a number that could not be cured is left alone, apart from being asked.</summary>
    public static TimeSpan Rest(int rests, HearingOptions options) =>
        TimeSpan.FromTicks((long)Math.Min(options.FirstRest.Ticks * Math.Pow(2, Math.Min(rests, 30) - 1), options.LongestRest.Ticks));

    private static (HearingCase Case, HearingStep? Step) DecideUnanswered(HearingCase known, HearingSigns signs, HearingOptions options)
    {
        if (!known.IsBeingCured)
        {
            // A busy machine may lose one answer.
            return known.Unanswered >= options.ProbeFailures ? Advance(known, options)
                : known.Step is null ? Take(known, HearingStep.Probe)
                : (known, null);
        }

        // It was proved before: after a step, one question shows that the step did not help.
        return known.Step == HearingStep.Rest && signs.SinceStep < Rest(known.Rests, options) ? (known, null) : Advance(known, options);
    }

    private static (HearingCase Case, HearingStep? Step) Advance(HearingCase known, HearingOptions options) => known.Step switch
    {
        HearingStep.Reconnect => Take(known with { Restarts = known.Restarts + 1 }, HearingStep.Restart),
        HearingStep.Restart when known.Deafness != Deafness.Receipts && known.Restarts < options.MaxRestarts =>
            Take(known with { Restarts = known.Restarts + 1 }, HearingStep.Restart),

        // A second restart would not bring receipts that the first one did not: their recipients may all be away after all.
        HearingStep.Restart when known.Deafness == Deafness.Receipts => (HearingCase.None, HearingStep.Rest),
        HearingStep.Restart => Take(known with { Rests = known.Rests + 1, Restarts = 0 }, HearingStep.Rest),
        _ => Take(known, HearingStep.Reconnect),
    };

    private static (HearingCase Case, HearingStep? Step) Take(HearingCase known, HearingStep step) =>
        (step == HearingStep.Recovered ? known : known with { Step = step }, step);
}
