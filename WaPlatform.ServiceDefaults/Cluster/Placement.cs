using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Data;
using WaPlatform.Data.Hosts;
using WaPlatform.Data.Postgres;

namespace WaPlatform.ServiceDefaults.Cluster;

/// <summary>Keeps in the database which host is to run which device, so that every host gives the same answer.</summary>
public sealed class Placement(IDbContextFactory<WaDbContext> databases, TimeProvider timeProvider) : IDisposable
{
    // "WaPlace" in ASCII: places are given away one after another, else many at once would all find the same host the emptiest.
    private const long LockKey = 0x5761506C616365;

    // Of this process: those who wait for the lock would each hold a connection.
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>The silo of the host that is to run a device, chosen now if it has none. Null if no host takes any, or there is no such device.</summary>
    public async Task<string?> PlaceAsync(string phoneNumber, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await PlaceInTurnAsync(phoneNumber, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Chooses another host with room for a device. False if there is none.</summary>
    public async Task<bool> PlaceElsewhereAsync(string phoneNumber, string not, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await LockAsync(db, cancellationToken);
        var hosts = await AliveAsync(db, cancellationToken);
        if (PlacementPlan.ChooseOther(await LoadsAsync(db, hosts, phoneNumber, cancellationToken), not) is not { } chosen)
        {
            return false;
        }

        await db.Devices.Where(d => d.PhoneNumber == phoneNumber).ExecuteUpdateAsync(set => set.SetProperty(d => d.PlacedOn, chosen), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Plans the next moves and notes them. Their owners are to be told.</summary>
    public async Task<IReadOnlyList<PlannedMove>> PlanMovesAsync(int max, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await LockAsync(db, cancellationToken);
        var hosts = await AliveAsync(db, cancellationToken);
        if (hosts.Count < 2)
        {
            return [];
        }

        var names = hosts.Select(host => host.Id).ToList();
        var rows = await db.Devices.Where(d => d.Desired == DesiredState.Running && d.OwnerHost != null && names.Contains(d.OwnerHost))
            .Select(d => new { d.PhoneNumber, d.OwnerHost, d.PlacedOn, IsPairing = d.State == DeviceState.Pairing }).ToListAsync(cancellationToken);

        // Planned before, but their owners were not reached.
        var pending = rows.Where(row => row.PlacedOn != row.OwnerHost && names.Contains(row.PlacedOn!)).Take(max)
            .Select(row => new PlannedMove(row.PhoneNumber, row.OwnerHost!, row.PlacedOn!)).ToList();
        var settled = rows.Where(row => row.PlacedOn == row.OwnerHost).Select(row => new PlacedDevice(row.PhoneNumber, row.OwnerHost!, row.IsPairing)).ToList();
        var moves = PlacementPlan.Moves(await LoadsAsync(db, hosts, not: null, cancellationToken), settled, max - pending.Count);
        foreach (var move in moves)
        {
            await db.Devices.Where(d => d.PhoneNumber == move.PhoneNumber).ExecuteUpdateAsync(set => set.SetProperty(d => d.PlacedOn, move.To), cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return [.. pending, .. moves];
    }

    /// <summary>How many hosts other than this one take devices.</summary>
    public async Task<int> CountOthersAsync(string host, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return (await AliveAsync(db, cancellationToken)).Count(other => other.Id != host && !other.Draining);
    }

    private async Task<string?> PlaceInTurnAsync(string phoneNumber, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await LockAsync(db, cancellationToken);
        var hosts = await AliveAsync(db, cancellationToken);
        var device = await db.Devices.Where(d => d.PhoneNumber == phoneNumber).Select(d => new { d.OwnerHost, d.PlacedOn }).SingleOrDefaultAsync(cancellationToken);
        if (device is null)
        {
            return null;
        }

        // Its owner first, wherever it is to go: nobody else can take the device before that one has let go of it.
        var chosen = hosts.Exists(host => host.Id == device.OwnerHost)
            ? device.OwnerHost
            : PlacementPlan.Choose(await LoadsAsync(db, hosts, phoneNumber, cancellationToken), device.PlacedOn);
        if (chosen is not null && device.PlacedOn != chosen && device.OwnerHost != chosen)
        {
            await db.Devices.Where(d => d.PhoneNumber == phoneNumber).ExecuteUpdateAsync(set => set.SetProperty(d => d.PlacedOn, chosen), cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return hosts.Find(host => host.Id == chosen)?.Silo;
    }

    public void Dispose() => _turn.Dispose();

    private static async Task<Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction> LockAsync(WaDbContext db, CancellationToken cancellationToken)
    {
        var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (db is PostgresWaDbContext)
        {
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({LockKey})", cancellationToken);
        }

        return transaction;
    }

    private async Task<List<WaPlatform.Data.Hosts.Host>> AliveAsync(WaDbContext db, CancellationToken cancellationToken)
    {
        var clock = await db.GetClockAsync(timeProvider, cancellationToken);
        return await db.Hosts.AsNoTracking().Alive(clock).Where(host => host.Silo != "").ToListAsync(cancellationToken);
    }

    // A device counts where it is to run, not where it still is.
    private static async Task<List<HostLoad>> LoadsAsync(WaDbContext db, List<WaPlatform.Data.Hosts.Host> hosts, string? not, CancellationToken cancellationToken)
    {
        var counts = await db.Devices.Where(d => d.Desired == DesiredState.Running && d.PlacedOn != null && d.PhoneNumber != not)
            .GroupBy(d => d.PlacedOn!).Select(group => new { Host = group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Host, group => group.Count, cancellationToken);
        return [.. hosts.Select(host => new HostLoad(host.Id, host.MaxProcesses, counts.GetValueOrDefault(host.Id), host.Draining))];
    }
}
