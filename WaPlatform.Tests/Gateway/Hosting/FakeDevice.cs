using System.Collections.Concurrent;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Engines;
using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Messages;

namespace WaPlatform.Tests.Gateway.Hosting;

/// <summary>An owner that does what the test says.</summary>
internal sealed class FakeDevice(string phoneNumber) : IDeviceGrain
{
    public static readonly DateTimeOffset Since = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public string PhoneNumber => phoneNumber;

    /// <summary>Thrown by every call while it is set.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Never completes any call while it is set.</summary>
    public bool Hangs { get; set; }

    public DeviceState State { get; set; } = DeviceState.Stopped;

    public EngineRoute? Route { get; set; }

    /// <summary>What becomes of a message that is waited for; null as if its row were gone.</summary>
    public Func<Guid, TimeSpan, Task<MessageView?>> OnSubmit { get; set; } = (_, _) => Task.FromResult<MessageView?>(null);

    public Func<Guid, MessageView> OnCommand { get; set; } = _ => throw new PlatformException(ErrorCode.MessageNotFound, "No message of this device has that id.");

    public QueueInfo Queue { get; set; } = new(0, 0, 0, false, null, new QueueSettings());

    /// <summary>What a send past the queue gets; null as if no turn came.</summary>
    public Func<TimeSpan, Task<Guid?>> OnEnterSend { get; set; } = _ => Task.FromResult<Guid?>(Guid.NewGuid());

    public List<LogLine> Lines { get; } = [];

    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Of each wake of its queue, whether the queue was to be looked through anew.</summary>
    public ConcurrentQueue<bool> Wakes { get; } = new();

    /// <summary>Waits until a call was made, for those that nobody waits for.</summary>
    public Task WaitForCallAsync(string name) =>
        ProcessHost.RunningHost.UntilAsync(() => Task.FromResult(Calls.Any(call => call.EndsWith(name, StringComparison.Ordinal))), () => $"no {name}, only {string.Join(", ", Calls)}");

    public Task EnsureActiveAsync() => Answer(nameof(EnsureActiveAsync), 0);

    public Task WaitReadyAsync(TimeSpan patience) => Answer(nameof(WaitReadyAsync), 0);

    public Task HandOverAsync() => Task.CompletedTask;

    public Task<DeviceLive> GetLiveAsync() => Answer(nameof(GetLiveAsync), Live());

    public Task<DeviceLive> StartAsync() => Answer(nameof(StartAsync), Live(DeviceState.Starting));

    public Task<DeviceLive> StopAsync() => Answer(nameof(StopAsync), Live(DeviceState.Stopped));

    public Task<DeviceLive> RestartAsync() => Answer(nameof(RestartAsync), Live(DeviceState.Starting));

    public Task<DeviceLive> RenewEngineAsync() => Answer(nameof(RenewEngineAsync), Live(DeviceState.Starting));

    public Task<DeviceLive> LogoutAsync() => Answer(nameof(LogoutAsync), Live(DeviceState.LoggedOut));

    public Task<DeviceLive> ReconnectAsync() => Answer(nameof(ReconnectAsync), Live(DeviceState.Connecting));

    public Task RemoveAsync(bool erase) => Answer($"{nameof(RemoveAsync)}({erase})", 0);

    public Task<DeviceLive> ReloadSettingsAsync() => Answer(nameof(ReloadSettingsAsync), Live());

    public Task ReplaceSessionAsync() => Answer(nameof(ReplaceSessionAsync), 0);

    public Task<QrCode> GetQrAsync() => Answer(nameof(GetQrAsync), new QrCode([0x89, 0x50], Since, Since.AddSeconds(20)));

    public Task<PairingCode> GetPairingCodeAsync() => Answer(nameof(GetPairingCodeAsync), new PairingCode("ABCD-1234", Since.AddSeconds(60)));

    public Task<IReadOnlyList<LogLine>> GetLogsAsync(int tail, LogStreams streams, long after) =>
        Answer<IReadOnlyList<LogLine>>(nameof(GetLogsAsync), [.. Lines.Where(line => line.Number > after && (line.Stream & streams) != 0).TakeLast(tail)]);

    public Task<EngineRoute?> GetRouteAsync() => Answer(nameof(GetRouteAsync), Route);

    public async Task<MessageView?> SubmitAsync(Guid messageId, TimeSpan wait)
    {
        await Answer(nameof(SubmitAsync), 0);
        return await OnSubmit(messageId, wait);
    }

    public Task WakeQueueAsync(bool unindexed)
    {
        Wakes.Enqueue(unindexed);
        return Answer(nameof(WakeQueueAsync), 0);
    }

    public async Task<MessageView> CancelMessageAsync(Guid messageId)
    {
        await Answer(nameof(CancelMessageAsync), 0);
        return OnCommand(messageId);
    }

    public async Task<MessageView> RetryMessageAsync(Guid messageId)
    {
        await Answer(nameof(RetryMessageAsync), 0);
        return OnCommand(messageId);
    }

    public Task<QueueInfo> GetQueueAsync() => Answer(nameof(GetQueueAsync), Queue);

    public Task<QueueInfo> SetQueuePausedAsync(bool paused) => Answer($"{nameof(SetQueuePausedAsync)}({paused})", Queue = Queue with { Paused = paused });

    public Task<int> PurgeQueueAsync() => Answer(nameof(PurgeQueueAsync), Queue.Pending + Queue.Scheduled);

    public async Task<Guid?> EnterSendAsync(TimeSpan patience)
    {
        await Answer($"{nameof(EnterSendAsync)}({patience.TotalSeconds})", 0);
        return await OnEnterSend(patience);
    }

    public Task LeaveSendAsync(Guid turn) => Answer($"{nameof(LeaveSendAsync)}({turn})", 0);

    private DeviceLive Live(DeviceState? state = null) => new(
        State = state ?? State, null, Since, null,
        State is DeviceState.Stopped ? null : new ProcessInfo(4711, 8000, Since, 0, 31_457_280, 0.4, "gowa", "v9.2.0", "host-1"),
        Queue,
        State is DeviceState.Connected ? new EngineFlags(true, true, true, Since, null, null) : null);

    private Task<T> Answer<T>(string call, T answer)
    {
        Calls.Enqueue($"{phoneNumber} {call}");
        return Hangs ? new TaskCompletionSource<T>().Task : Failure is { } failure ? Task.FromException<T>(failure) : Task.FromResult(answer);
    }
}
