using System.Text.Json;
using WaPlatform.Contracts.Backups;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Faults;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.ProcessHost.Events;
using WaPlatform.ProcessHost.Messages;
using WaPlatform.ProcessHost.Pairing;
using WaPlatform.ProcessHost.Processes;
using WaPlatform.ProcessHost.Sessions;

namespace WaPlatform.ProcessHost.Devices;

/// <summary>Everything that one device has while this host owns it, and what an operator may ask of it.</summary>
internal sealed partial class DeviceOwner(
    DeviceRecord record, DeviceJournal journal, DeviceCondition condition, DeviceSupervisor supervisor, DeviceLink link, PairingDesk pairing, Outbox outbox, DeviceReport report, OutputLog output, EngineHost host, ILogger logger)
{
    // What the engine has in hand: an operator's restart waits for WhatsApp's answer, the end of a host has less time.
    private static readonly TimeSpan FinishTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ShortFinishTimeout = TimeSpan.FromSeconds(4);

    // One command at a time: a start that comes while a stop still waits for the engine's end must not be taken for done.
    private readonly SemaphoreSlim _command = new(1);
    private readonly TaskScheduler _scheduler = TaskScheduler.Current;
    private Task? _releasing;
    private bool _isLeaving;

    public DeviceSupervisor Supervisor => supervisor;

    public DeviceLink Link => link;

    public PairingDesk Pairing => pairing;

    public Outbox Outbox => outbox;

    public OutputLog Output => output;

    /// <summary>Goes on where an earlier owner left off (the original's auto-start rule, architecture §4).</summary>
    public void Resume()
    {
        condition.Changed += outbox.Pump.Wake;
        condition.Changed += ForgetCodesWithoutEngine;
        outbox.Start();
        var (runs, why) = ResumePolicy.Decide(record.Device.Desired, record.Device.State, record.Device.Reason, record.Device.Jid is not null);
        Log.Resumed(logger, PhoneNumber.Parse(record.Device.PhoneNumber).Masked, runs, why);
        if (runs)
        {
            Run();
        }
        else if (record.Device.Desired == DesiredState.Running)
        {
            condition.Update(facts => facts with { Phase = ProcessPhase.GivenUp, PhaseReason = record.Device.Reason });
        }
        else
        {
            // The row may tell of a life that ended with the last owner.
            condition.Update(facts => facts with { PhaseReason = record.Device.State == DeviceState.Stopped ? record.Device.Reason : DeviceReason.Operator });
        }
    }

    public Task StartAsync() => InTurnAsync(async () =>
    {
        RefuseIfLeaving();

        // A wish that no host has room for is refused rather than kept: the caller would wait for it in vain.
        if (!host.TryReserve(record.Device.PhoneNumber))
        {
            throw new PlatformException(ErrorCode.CapacityExhausted, DeviceReasonAdvice.For(DeviceReason.CapacityExhausted)!);
        }

        try
        {
            await record.SetDesiredAsync(DesiredState.Running);
        }
        catch when (!supervisor.IsRunning)
        {
            host.Release(record.Device.PhoneNumber);
            throw;
        }

        Run();
    });

    /// <summary>Notes the wish for the host that is to take the device.</summary>
    public Task WishToRunAsync() => record.SetDesiredAsync(DesiredState.Running);

    public Task StopAsync() => InTurnAsync(async () =>
    {
        await record.SetDesiredAsync(DesiredState.Stopped);
        await outbox.Pump.HoldAsync(FinishTimeout);
        await supervisor.StopAsync(DesiredState.Stopped);
    });

    public Task RestartAsync() => InTurnAsync(async () =>
    {
        await record.SetDesiredAsync(DesiredState.Running);
        await outbox.Pump.HoldAsync(FinishTimeout);
        await supervisor.StopAsync(DesiredState.Running);
        Run();
    });

    /// <summary>Exchanges the engine for the version that is wanted now. A device that nobody wants to run is left alone.</summary>
    public Task RenewEngineAsync() => InTurnAsync(async () =>
    {
        if (record.Device.Desired == DesiredState.Running)
        {
            await outbox.Pump.HoldAsync(FinishTimeout);
            await supervisor.StopAsync(DesiredState.Running, DeviceReason.EngineUpdate);
            Run();
        }
    });

    public async Task RemoveAsync(bool erase)
    {
        await link.UnlinkIfPossibleAsync();
        await InTurnAsync(async () =>
        {
            // No command that still waits for its turn may start the engine again.
            _isLeaving = true;
            await outbox.Pump.HoldAsync(FinishTimeout);
            await supervisor.StopAsync(DesiredState.Stopped);

            // Once its row is gone, its last events would be refused.
            using var patience = new CancellationTokenSource(ShortFinishTimeout, host.TimeProvider);
            await journal.FlushAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await record.DeleteAsync(erase);
            outbox.Queue.Drop();
            output.Dispose();
            if (erase)
            {
                await EraseAsync();
            }
        });
    }

    private async Task EraseAsync()
    {
        try
        {
            await host.EraseAsync(record.Device.PhoneNumber);
        }
        catch (SessionStoreException exception)
        {
            throw new PlatformException(ErrorCode.StorageUnavailable, $"The device is removed, but its session could not be erased: {exception.Message}");
        }
    }

    public async Task ReloadSettingsAsync()
    {
        var proxy = record.Device.Proxy;
        await record.ReloadAsync();
        outbox.Pump.Wake();
        if (record.Device.Proxy != proxy && supervisor.Current is { } session)
        {
            // The engine reads its proxy only at its start.
            await InTurnAsync(async () =>
            {
                await outbox.Pump.HoldAsync(FinishTimeout);
                session.RequestEnd(DeviceReason.Operator);
                outbox.Pump.Release();
            });
        }
    }

    /// <summary>Exchanges the session for that of a restore, between two lives of the engine.</summary>
    public Task ReplaceSessionAsync(IBackupGrain source) => InTurnAsync(async () =>
    {
        RefuseIfLeaving();
        await outbox.Pump.HoldAsync(FinishTimeout);
        await supervisor.StopAsync(record.Device.Desired);
        try
        {
            await host.Sessions.ReplaceAsync(record.Device.PhoneNumber, source, CancellationToken.None);
            await record.ReloadAsync();
        }
        finally
        {
            if (record.Device.Desired == DesiredState.Running)
            {
                Run();
            }
        }
    });

    /// <summary>Lets go of the device: the engine is stopped, but stays wished for.</summary>
    public Task ReleaseAsync()
    {
        _isLeaving = true;
        return _releasing ??= InTurnAsync(ReleaseOnceAsync);
    }

    private async Task ReleaseOnceAsync()
    {
        await outbox.Pump.HoldAsync(ShortFinishTimeout);
        await outbox.StopAsync();
        await supervisor.StopAsync(DesiredState.Running);
        await outbox.EndAsync();
        condition.Leave();
        await record.DisposeAsync();
        output.Dispose();
    }

    /// <summary>Releases from outside the grain's scheduler.</summary>
    public Task ReleaseFromOutsideAsync() =>
        Task.Factory.StartNew(ReleaseAsync, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler).Unwrap();

    public Task OnWebhookAsync(string engineEvent, JsonElement payload) => Task.Factory.StartNew(
        () =>
        {
            report.Note(engineEvent);
            return engineEvent == Receipts.EngineEvent ? outbox.ReceiveAsync(payload) : Task.CompletedTask;
        },
        CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler).Unwrap();

    public Task<DeviceLive> GetLiveAsync() => report.GetLiveAsync();

    public Task<QueueInfo> GetQueueAsync() => report.GetQueueAsync();

    public async Task<QueueInfo> SetQueuePausedAsync(bool paused)
    {
        await record.SetQueuePausedAsync(paused);
        outbox.Pump.Wake();
        return await report.GetQueueAsync();
    }

    private void RefuseIfLeaving()
    {
        if (_isLeaving)
        {
            throw new PlatformException(ErrorCode.EngineUnavailable, "This host is giving the device up; try again in a moment.");
        }
    }

    private void Run()
    {
        RefuseIfLeaving();
        outbox.Pump.Release();
        supervisor.Start();
    }

    private async Task InTurnAsync(Func<Task> command)
    {
        await _command.WaitAsync();
        try
        {
            await command();
        }
        finally
        {
            _command.Release();
        }
    }

    private void ForgetCodesWithoutEngine()
    {
        if (supervisor.Current is null || condition.Facts.Paired)
        {
            pairing.Forget();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Took device {Phone}; starts its engine: {Runs} ({Why}).")]
        public static partial void Resumed(ILogger logger, string phone, bool runs, string why);
    }
}
