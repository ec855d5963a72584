using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace WaPlatform.Gateway.Events;

internal sealed class SignalRPeer(HubConnectionContext connection, TimeProvider timeProvider) : IPeer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public ValueTask WriteAsync(SerializedHubMessage frame) => connection.WriteAsync(frame);

    public async Task CloseAsync(string reason)
    {
        try
        {
            // Waits behind the write that the client does not take; one that only reads slowly gets to see it.
            await connection.WriteAsync(new CloseMessage(reason, allowReconnect: true)).AsTask().WaitAsync(Patience, timeProvider);
        }
        catch (TimeoutException)
        {
            // It reads nothing at all: it cannot be told.
        }

        connection.Abort();
    }
}
