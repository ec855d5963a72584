using System.Text.Json;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>All that a device has for sending messages while this host owns it.</summary>
internal sealed class Outbox(
    MessageStore store, SendQueue queue, MessagePump pump, QueueDesk desk, ProxyTurns turns, Receipts receipts, ReachoutLock reachout, MessagesInHand inHand, SendGate gate, MessageMetrics metrics, string phoneNumber,
    CancellationTokenSource stopping)
{
    private Task _pumping = Task.CompletedTask;

    public MessageStore Store => store;

    public SendQueue Queue => queue;

    public MessagePump Pump => pump;

    public QueueDesk Desk => desk;

    public ProxyTurns Turns => turns;

    public Receipts Receipts => receipts;

    public ReachoutLock Reachout => reachout;

    public DateTimeOffset? LastSentAt => inHand.LastSentAt;

    public void Start() => _pumping = pump.RunAsync(stopping.Token);

    /// <summary>The engine tells of delivered and read messages.</summary>
    public async Task ReceiveAsync(JsonElement payload)
    {
        await receipts.ReceiveAsync(payload);
        pump.WakeForDoubts();
    }

    /// <summary>Takes nothing further. What the engine has in hand is concluded when the engine ends.</summary>
    public Task StopAsync() => stopping.CancelAsync();

    /// <summary>Waits until everything that was begun is concluded.</summary>
    public async Task EndAsync()
    {
        await _pumping;
        gate.Dispose();
        metrics.Forget(phoneNumber);
        stopping.Dispose();
    }
}
