using Microsoft.Extensions.Options;
using WaPlatform.Data;
using WaPlatform.Data.Hosts;
using WaPlatform.ProcessHost.Devices;
using WaPlatform.ProcessHost.Processes;
using WaPlatform.ServiceDefaults.Cluster;

namespace WaPlatform.ProcessHost.Hosts;

/// <summary>
/// This host's right to run its devices (architecture §3). Renewed in the database while the host lives; when that fails for too long the host
/// ends its engines before anybody else may start them, and joins anew. Elapsed time is this machine's steady clock, never its wall clock.
/// </summary>
internal sealed partial class HostLease(
    HostMembership membership, GuardProcess guard, IServiceProvider services, IOptions<ClusterHostOptions> options, TimeProvider timeProvider,
    ILogger<HostLease> logger) : IHostedLifecycleService
{
    // Of the lease: renewed after a quarter, engines ended at seven tenths, written with only while half of it is left.
    private const double RenewAfter = 0.25;
    private const double FenceAfter = 0.7;
    private const double WriteRest = 0.5;

    // For a host that stands still and can't do it itself.
    private const double GuardAfter = 0.85;

    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(1.5);

    private readonly CancellationTokenSource _stopping = new();
    private long _renewedAt;
    private volatile bool _isLost;
    private Task _keeping = Task.CompletedTask;

    /// <summary>Whether engines may run here now.</summary>
    public bool IsHeld => !membership.IsOneOfMany || (!_isLost && Age < FenceAfter * options.Value.Lease);

    private TimeSpan Age => timeProvider.GetElapsedTime(Volatile.Read(ref _renewedAt));

    /// <summary>
    /// Refuses a transaction that could still be open when the lease is over: the server ends one that stands still for longer than
    /// the rest that is asked for (WaDatabaseExtensions.MaxIdleInTransaction).
    /// </summary>
    public async Task GuardAsync(WaDbContext database)
    {
        if (membership.IsOneOfMany && !await database.HoldsLeaseAsync(membership.Id, membership.Run, WriteRest * options.Value.Lease, timeProvider))
        {
            throw new LeaseLostException();
        }
    }

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var start = timeProvider.GetTimestamp();
        await membership.JoinAsync(cancellationToken);
        _renewedAt = start;
        Renewed(start);
        _keeping = Task.Run(KeepAsync, CancellationToken.None);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // The silo is up, and the web server listens: devices may come.
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        membership.IsUp = true;
        await TryRenewAsync();
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // After everything else: until the last engine has ended the lease must not.
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_isLost && services.GetRequiredService<OwnedDevices>().AreReleased)
        {
            await Task.WhenAny(LeaveAsync(cancellationToken), Task.Delay(options.Value.Lease, timeProvider, cancellationToken));
        }
    }

    /// <summary>Ends the engines and has this process join the cluster anew. Idempotent.</summary>
    public void Lose(string why)
    {
        if (!_isLost)
        {
            _isLost = true;
            Environment.ExitCode = membership.IsOneOfMany ? Environment.ExitCode : 1;
            Log.Lost(logger, membership.Id, why);
            try
            {
                services.GetRequiredService<OwnedDevices>().KillEngines();
            }
            finally
            {
                services.GetRequiredService<SiloRun>().Rejoin();
            }
        }
    }

    private async Task KeepAsync()
    {
        var delay = RenewAfter * options.Value.Lease;
        while (!_stopping.IsCancellationRequested && !_isLost)
        {
            await Task.Delay(Sooner(delay), timeProvider, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_stopping.IsCancellationRequested)
            {
                delay = await TryRenewAsync() ? RenewAfter * options.Value.Lease : Retry;
            }

            if (!IsHeld)
            {
                Lose("it could not be renewed in time");
            }
        }
    }

    private async Task<bool> TryRenewAsync()
    {
        try
        {
            // Not canceled: that, too, would wait for a server that does not answer. If it still succeeds later, that counts.
            await RenewAsync().WaitAsync(Sooner(AnswerPatience), timeProvider);
            return true;
        }
        catch (Exception exception)
        {
            // By design: whatever it is, the lease runs on until it is over.
            Log.NotRenewed(logger, membership.Id, Age.TotalSeconds, exception.Message);
            return false;
        }
    }

    private async Task RenewAsync()
    {
        var start = timeProvider.GetTimestamp();
        if (await membership.RenewAsync())
        {
            Renewed(start);
        }
        else if (membership.IsOneOfMany)
        {
            Lose("another host may have its devices by now");
        }
        else
        {
            // Somebody restored an older database under it. Nobody else can have its devices.
            await membership.JoinAsync(_stopping.Token);
        }
    }

    private void Renewed(long start)
    {
        if (start > Volatile.Read(ref _renewedAt))
        {
            Volatile.Write(ref _renewedAt, start);
        }

        if (membership.IsOneOfMany)
        {
            guard.Extend((GuardAfter * options.Value.Lease) - Age);
        }
    }

    private async Task LeaveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await membership.LeaveAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is System.Data.Common.DbException or InvalidOperationException or OperationCanceledException)
        {
            Log.NotGivenBack(logger, membership.Id, exception.Message);
        }
    }

    private TimeSpan Sooner(TimeSpan delay)
    {
        var rest = membership.IsOneOfMany ? (FenceAfter * options.Value.Lease) - Age : delay;
        return rest <= TimeSpan.Zero ? TimeSpan.FromMilliseconds(1) : rest < delay ? rest : delay;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Critical, "Host {Host} lost its lease: {Why}. Its engines are ended; it joins anew.")]
        public static partial void Lost(ILogger logger, string host, string why);

        [LoggerMessage(2, LogLevel.Warning, "Host {Host} could not renew its lease, which is {Seconds} s old. {Reason}")]
        public static partial void NotRenewed(ILogger logger, string host, double seconds, string reason);

        [LoggerMessage(3, LogLevel.Warning, "Host {Host} could not give its lease back; its devices wait until it runs out. {Reason}")]
        public static partial void NotGivenBack(ILogger logger, string host, string reason);
    }
}
