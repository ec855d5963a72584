using Microsoft.EntityFrameworkCore;
using WaPlatform.Data;

namespace WaPlatform.Jobs.Backups.Database;

/// <summary>What a copy of the platform's database has in it.</summary>
/// <param name="Migration">The newest one that it has.</param>
/// <param name="Rows">Number of rows by table.</param>
/// <param name="MediaKeys">Files that its messages wait with.</param>
/// <param name="Homes">Its devices, each with the place that its session is at.</param>
/// <param name="Paired">Devices that have a session.</param>
internal sealed record DatabaseFacts(
    string Migration, IReadOnlyDictionary<string, long> Rows, IReadOnlyList<string> MediaKeys, IReadOnlyDictionary<string, string?> Homes, IReadOnlyList<string> Paired)
{
    public static async Task<DatabaseFacts> ReadAsync(WaDbContext db, CancellationToken cancellationToken) => new(
        (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).Last(),
        await CountAsync(db, Tables(db), cancellationToken),
        [.. (await db.Messages.AsNoTracking().Where(message => message.Media != null).Select(message => message.Media).ToListAsync(cancellationToken)).Select(media => media!.Key).Distinct()],
        await db.Devices.ToDictionaryAsync(device => device.PhoneNumber, device => device.Home, cancellationToken),
        await db.Devices.Where(device => device.Jid != null).Select(device => device.PhoneNumber).ToListAsync(cancellationToken));

    /// <summary>Counts the rows of those tables that are in the model.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> CountAsync(WaDbContext db, IEnumerable<string> tables, CancellationToken cancellationToken)
    {
        var known = Tables(db).ToHashSet(StringComparer.Ordinal);
        var rows = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in tables.Where(known.Contains))
        {
#pragma warning disable EF1002 // A name of the model.
            rows[table] = await db.Database.SqlQueryRaw<long>($"SELECT count(*) AS \"Value\" FROM \"{table}\"").SingleAsync(cancellationToken);
#pragma warning restore EF1002
        }

        return rows;
    }

    private static IEnumerable<string> Tables(WaDbContext db) => db.Model.GetEntityTypes().Select(type => type.GetTableName()).OfType<string>().Distinct();
}
