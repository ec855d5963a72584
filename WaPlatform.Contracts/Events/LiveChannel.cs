namespace WaPlatform.Contracts.Events;

/// <summary>The Redis publish/subscribe channel on which owners tell gateways what happened, one JSON <see cref="DeviceEvent"/> a message.</summary>
public static class LiveChannel
{
    public const string Name = "wa:live";
}
