using WaPlatform.Contracts.Devices;

namespace WaPlatform.ProcessHost.Hearing;

/// <summary>What is known of a number's hearing, and what was done about it so far.</summary>
internal sealed record HearingCase
{
    /// <summary>All is well.</summary>
    public static readonly HearingCase None = new();

    /// <summary>What is silent; null while nothing is.</summary>
    public Deafness? Deafness { get; init; }

    /// <summary>Questions in a row that stayed unanswered.</summary>
    public int Unanswered { get; init; }

    /// <summary>The step that was taken last.</summary>
    public HearingStep? Step { get; init; }

    /// <summary>Restarts in this round.</summary>
    public int Restarts { get; init; }

    /// <summary>Rounds that did not help.</summary>
    public int Rests { get; init; }

    /// <summary>It was proved, and is being cured.</summary>
    public bool IsBeingCured => Step is HearingStep.Reconnect or HearingStep.Restart or HearingStep.Rest;

    /// <summary>The number is not to be called connected. Where only receipts are missing it has to go on sending: nothing else would show that it is well again.</summary>
    public bool IsDeaf => IsBeingCured && Deafness is not (null or Contracts.Devices.Deafness.Receipts);
}

/// <summary>What was seen at one look.</summary>
/// <param name="Unanswered">Who left a question of just now unanswered; null if all was answered.</param>
/// <param name="ReceiptsMissing">Messages went to many, and nothing at all came back.</param>
/// <param name="SinceStep">Since the last step, or since the case began.</param>
/// <param name="HeardSinceStep">The engine told something that came from WhatsApp.</param>
internal sealed record HearingSigns(Deafness? Unanswered, bool ReceiptsMissing, TimeSpan SinceStep, bool HeardSinceStep);
