using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Events;

namespace WaPlatform.Tests.Gateway.Events;

public sealed class SubscriberTests
{
    private readonly FakePeer _peer = new();

    [Fact]
    public async Task Offer_ClientReads_DeliversInOrder()
    {
        var subscriber = new Subscriber(_peer, DeviceAccess.ToAll, Rooms.Everywhere);
        var frames = Enumerable.Range(0, 100).Select(_ => Frame(10)).ToList();

        Assert.All(frames, frame => Assert.True(subscriber.Offer(frame)));
        await subscriber.StopAsync();

        Assert.Equal(frames.Select(frame => frame.Message), _peer.Taken);
        Assert.Equal(0, subscriber.QueuedBytes);
        Assert.Null(_peer.ClosedFor);
    }

    [Fact]
    public async Task Offer_ClientStopsReading_IsCutOffAfterTheBoundOfFrames()
    {
        _peer.StopReading();
        var subscriber = new Subscriber(_peer, DeviceAccess.ToAll, Rooms.Everywhere);

        var taken = 0;
        while (taken <= Subscriber.MaxFrames + 1 && subscriber.Offer(Frame(1)))
        {
            taken++;
        }

        // The one that is being written is no longer in the queue.
        Assert.InRange(taken, Subscriber.MaxFrames, Subscriber.MaxFrames + 1);
        Assert.NotNull(_peer.ClosedFor);
        Assert.False(subscriber.Offer(Frame(1)));
        await subscriber.StopAsync();
        Assert.InRange(_peer.Taken.Count, 0, 1);
    }

    [Fact]
    public async Task Offer_LargeFrames_IsCutOffByBytes()
    {
        _peer.StopReading();
        var subscriber = new Subscriber(_peer, DeviceAccess.ToAll, Rooms.Everywhere);
        var large = Frame((int)(Subscriber.MaxBytes / 4));

        var taken = 0;
        while (taken < 10 && subscriber.Offer(large))
        {
            taken++;
        }

        Assert.Equal(4, taken);
        Assert.NotNull(_peer.ClosedFor);
        await subscriber.StopAsync();
    }

    private static HubBytes Frame(int length) => new(new SerializedHubMessage(PingMessage.Instance), length);
}
