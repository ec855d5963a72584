using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WaPlatform.Contracts;
using WaPlatform.Data;
using WaPlatform.Data.Hosts;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.ServiceDefaults;
using WaPlatform.ServiceDefaults.Cluster;

namespace WaPlatform.ProcessHost.Hosts;

/// <summary>This host's row in the table of hosts: takes a name, renews its lease, gives it back.</summary>
internal sealed partial class HostMembership(
    IDbContextFactory<WaDbContext> databases, IOptions<ClusterHostOptions> options, IOptions<EngineOptions> engine, EngineInstallation installation, HostAddress address,
    ILocalSiloDetails silo, DataDirectory data, IConfiguration configuration, TimeProvider timeProvider, ILogger<HostMembership> logger)
{
    private const int MaxNames = 1000;
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(500);

    private readonly string _note = data.File("host.json");
    private WaDbContext? _connection;

    /// <summary>False for the only host there is: nobody else takes its devices, whatever becomes of its lease.</summary>
    public bool IsOneOfMany { get; } = ClusterSettings.From(configuration).UsesRedis;

    public string Id { get; private set; } = "";

    public Guid Run { get; } = Guid.CreateVersion7();

    /// <summary>Set once devices may be placed here.</summary>
    public bool IsUp { get; set; }

    /// <summary>It is still getting the engine that devices are started with: nothing may be placed here.</summary>
    public bool AwaitsEngine { get; set; }

    /// <summary>Takes a name that no living host has; waits for one that is configured. Called again, it only puts its row back.</summary>
    public async Task JoinAsync(CancellationToken cancellationToken)
    {
        var before = ReadNote();
        for (var told = false; ; told = true)
        {
            try
            {
                foreach (var name in Names(before))
                {
                    if (await TryJoinAsync(name, before, cancellationToken))
                    {
                        Id = name;
                        Log.Joined(logger, Id, IsOneOfMany ? options.Value.Lease.TotalSeconds : 0);
                        return;
                    }
                }

                if (!told)
                {
                    Log.NameTaken(logger, configuration["HOST_ID"] ?? Environment.MachineName);
                }
            }
            catch (Exception exception) when (exception.IsDatabaseUnavailable() || exception.InnerException?.IsDatabaseUnavailable() == true)
            {
                Log.NoDatabase(logger, exception.Message);
            }

            await Task.Delay(Retry, timeProvider, cancellationToken);
        }
    }

    /// <summary>Makes the lease last its full time from now on. False if it is lost.</summary>
    public async Task<bool> RenewAsync()
    {
        // On a connection of its own, kept open: it must not wait for one behind the work of all devices.
        var db = Interlocked.Exchange(ref _connection, null) ?? await OpenAsync();
        var isSound = false;
        try
        {
            var renewed = await db.ProlongAsync(Id, Run, options.Value.Lease, !IsOneOfMany, IsUp && !AwaitsEngine ? silo.SiloAddress.ToParsableString() : "", address.Url?.ToString(), timeProvider);
            isSound = true;
            return renewed;
        }
        finally
        {
            if (!isSound || Interlocked.CompareExchange(ref _connection, db, null) is not null)
            {
                await db.DisposeAsync();
            }
        }
    }

    /// <summary>Asks that no device be placed here any more; those that are here are left to this host to give away. False if the lease is lost.</summary>
    public Task<bool> WithdrawAsync()
    {
        IsUp = false;
        return RenewAsync();
    }

    /// <summary>Leaves the table; nothing of this host runs any more.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await Mine(db).ExecuteDeleteAsync(cancellationToken);
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
        {
            await connection.DisposeAsync();
        }
    }

    private async Task<WaDbContext> OpenAsync()
    {
        var db = await databases.CreateDbContextAsync();
        await db.Database.OpenConnectionAsync();
        return db;
    }

    private IQueryable<Data.Hosts.Host> Mine(WaDbContext db) => db.Hosts.Where(host => host.Id == Id && host.Run == Run);

    private async Task<bool> TryJoinAsync(string name, Note? before, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var clock = await db.GetClockAsync(timeProvider, cancellationToken);
        var row = await db.Hosts.AsNoTracking().SingleOrDefaultAsync(host => host.Id == name, cancellationToken);

        // A run of the note held this directory, which is ours now: its process is gone, and its engines were ended. Not so in a copy of the directory on another machine.
        var isOurs = row is not null && before is not null && before.Runs.Contains(row.Run) && row.Machine == Environment.MachineName;
        if (row is not null && row.LeaseUntil > clock && !isOurs && IsOneOfMany)
        {
            return false;
        }

        var keepsDevices = Id == name;
        try
        {
            if (row is not null && await db.Hosts.Where(host => host.Id == name && host.Run == row.Run).ExecuteDeleteAsync(cancellationToken) == 0)
            {
                return false;
            }

            // Taken one by one, as those of a host that is gone. The only host keeps what it has.
            await db.Devices.Where(device => device.OwnerHost == name && !keepsDevices).ExecuteUpdateAsync(set => set.SetProperty(device => device.OwnerHost, (string?)null), cancellationToken);
            db.Hosts.Add(NewRow(name, clock, draining: isOurs && row!.Draining));
            await db.SaveChangesAsync(cancellationToken);

            // Before the commit, and with the run before: whichever of the two is in the table after a crash at this point is known as ours.
            await File.WriteAllTextAsync(_note, JsonSerializer.Serialize(new Note(name, [Run, .. before?.Runs.Take(1) ?? []])), cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException exception) when (exception.IsUniqueViolation())
        {
            return false;
        }
    }

    private Data.Hosts.Host NewRow(string name, DateTimeOffset clock, bool draining) => new()
    {
        Id = name,
        Run = Run,
        LeaseUntil = clock + options.Value.Lease,
        Silo = "",
        Draining = draining,
        MaxProcesses = engine.Value.MaxProcesses,
        Version = typeof(HostMembership).Assembly.GetName().Version?.ToString(3) ?? "",
        Engine = WireJson.NameOf(installation.Kind),
        Machine = Environment.MachineName,
        Pid = Environment.ProcessId,
        StartedAt = clock,
    };

    private IEnumerable<string> Names(Note? before) => configuration["HOST_ID"] is { Length: > 0 } id
        ? [id]
        : Id.Length > 0 ? [Id] : Enumerable.Range(1, MaxNames).Select(number => number == 1 ? Environment.MachineName : $"{Environment.MachineName}-{number}")
            .Prepend(before?.Id ?? Environment.MachineName).Distinct();

    private Note? ReadNote()
    {
        try
        {
            return JsonSerializer.Deserialize<Note>(File.ReadAllText(_note));
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            return null;
        }
    }

    private sealed record Note(string Id, Guid[] Runs);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "This is host {Host} (lease {Seconds} s; 0 = the only host).")]
        public static partial void Joined(ILogger logger, string host, double seconds);

        [LoggerMessage(3, LogLevel.Warning, "The database did not take this host's row; trying again. {Reason}")]
        public static partial void NoDatabase(ILogger logger, string reason);

        [LoggerMessage(2, LogLevel.Warning, "The name {Host} is a living host's; waiting until its lease runs out.")]
        public static partial void NameTaken(ILogger logger, string host);
    }
}
