using Microsoft.AspNetCore.SignalR;
using WaPlatform.Gateway.Events;

namespace WaPlatform.Tests.Gateway.Events;

/// <summary>A client that takes frames only while the test lets it.</summary>
internal sealed class FakePeer : IPeer
{
    private TaskCompletionSource _reading = Done();

    public List<SerializedHubMessage> Taken { get; } = [];

    public string? ClosedFor { get; private set; }

    public void StopReading() => _reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Read() => _reading.TrySetResult();

    public async ValueTask WriteAsync(SerializedHubMessage frame)
    {
        await _reading.Task;
        Taken.Add(frame);
    }

    public Task CloseAsync(string reason)
    {
        ClosedFor = reason;
        Read();
        return Task.CompletedTask;
    }

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }
}
