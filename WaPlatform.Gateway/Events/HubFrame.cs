namespace WaPlatform.Gateway.Events;

/// <summary>One call of a client method.</summary>
/// <param name="Method">Name that clients listen to (api.md §7).</param>
internal sealed record HubFrame(string Method, Audience Audience, object Payload);

/// <summary>Which connections get a frame.</summary>
internal enum Audience
{
    /// <summary>Those in the room <c>all</c>.</summary>
    All,

    /// <summary>Those in the room of the device.</summary>
    Device,

    /// <summary>Those in either; in both: once.</summary>
    Both,
}
