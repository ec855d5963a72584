namespace WaPlatform.ServiceDefaults.Engines;

/// <summary>What gateways and the forwarders of hosts say to each other. None of it reaches a client or an engine.</summary>
public static class ForwarderHeaders
{
    /// <summary>In an answer: it is the forwarder's own. With the value <see cref="Gone"/> the request never reached an engine.</summary>
    public const string Route = "X-WaPlatform-Route";

    public const string Gone = "gone";

    /// <summary>In a request: which start of the engine it is for. Its credentials are those of that start, and of no other.</summary>
    public const string Generation = "X-WaPlatform-Generation";
}
