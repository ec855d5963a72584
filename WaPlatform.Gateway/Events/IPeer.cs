using Microsoft.AspNetCore.SignalR;

namespace WaPlatform.Gateway.Events;

/// <summary>The far end of a hub connection.</summary>
internal interface IPeer
{
    /// <summary>Completes once the transport has taken the frame: later for a client that does not read.</summary>
    ValueTask WriteAsync(SerializedHubMessage frame);

    /// <summary>Tells the client why, if it can still be told, and cuts the connection. Never takes long.</summary>
    Task CloseAsync(string reason);
}
