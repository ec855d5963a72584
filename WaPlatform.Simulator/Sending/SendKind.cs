using WaPlatform.Simulator.Http;

namespace WaPlatform.Simulator.Sending;

/// <summary>One <c>/send/*</c> route that puts a message into a chat.</summary>
internal sealed record SendKind
{
    /// <summary>Last segment of the path, and the ledger's word.</summary>
    public required string Name { get; init; }

    public required BodySpec Spec { get; init; }

    /// <summary>Throws the 400 gowa would.</summary>
    public required Action<BoundBody> Validate { get; init; }

    /// <summary>Sentence of the answer; {0} is the JID.</summary>
    public required string Success { get; init; }

    /// <summary>The words that reach the recipient: the text, caption or name. What the ledger has.</summary>
    public required Func<BoundBody, string> Body { get; init; }

    /// <summary>What the chat storage keeps as content, which gowa marks by kind; null = the body.</summary>
    public Func<BoundBody, string>? Content { get; init; }

    /// <summary>Media type in the chat storage; "" for what is no media.</summary>
    public string MediaType { get; init; } = "";
}
