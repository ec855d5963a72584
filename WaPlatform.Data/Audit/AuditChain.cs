using Microsoft.EntityFrameworkCore;
using WaPlatform.Data.Postgres;

namespace WaPlatform.Data.Audit;

/// <summary>The audit's one chain (docs/decisions/0023-audit-chain.md).</summary>
public static class AuditChain
{
    // "WaAudit" in ASCII. Held from the look at the last entry to the end of the transaction, so that two never follow the same one. SQLite has one
    // writer at a time anyway.
    private const long LockKey = 0x0057614175646974;

    private const int BatchSize = 1000;

    /// <summary>
    /// Adds an entry to the end of the chain within the transaction that is under way; as late in it as can be: until its end nobody else can append.
    /// </summary>
    public static async Task AppendAsync(this WaDbContext database, AuditEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(entry);
        if (database is PostgresWaDbContext)
        {
            await database.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({LockKey})", cancellationToken);
        }

        var last = await database.Audit.AsNoTracking().OrderByDescending(e => e.Id).Select(e => new { e.Id, e.Hash }).FirstOrDefaultAsync(cancellationToken);
        entry.Id = (last?.Id ?? 0) + 1;
        entry.Hash = entry.ComputeHash(last?.Hash ?? AuditEntry.Genesis);
        database.Audit.Add(entry);
        await database.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Goes through the whole chain.</summary>
    /// <param name="noted">An entry whose hash somebody wrote down: it must still be there, and be the same. That alone shows that the end was cut off, or everything written anew.</param>
    public static async Task<AuditVerdict> VerifyAsync(this WaDbContext database, (long Id, string Hash)? noted, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        var (id, hash) = (0L, AuditEntry.Genesis);
        var wasSeen = noted is null;
        while (true)
        {
            var batch = await database.Audit.AsNoTracking().Where(e => e.Id > id).OrderBy(e => e.Id).Take(BatchSize).ToListAsync(cancellationToken);
            foreach (var entry in batch)
            {
                if (entry.Id != id + 1)
                {
                    return new AuditVerdict(id, hash, id + 1, AuditBreach.Missing);
                }

                if (entry.Hash != entry.ComputeHash(hash))
                {
                    return new AuditVerdict(id, hash, entry.Id, AuditBreach.Changed);
                }

                (id, hash) = (entry.Id, entry.Hash);
                if (noted is { } note && note.Id == id)
                {
                    if (!string.Equals(note.Hash, hash, StringComparison.OrdinalIgnoreCase))
                    {
                        return new AuditVerdict(id, hash, id, AuditBreach.Rewritten);
                    }

                    wasSeen = true;
                }
            }

            if (batch.Count < BatchSize)
            {
                return wasSeen ? new AuditVerdict(id, hash, null, null) : new AuditVerdict(id, hash, noted!.Value.Id, AuditBreach.Missing);
            }
        }
    }
}

/// <summary>What a walk through the audit found.</summary>
/// <param name="LastId">Of the last entry that is as it was written; 0 if there is none.</param>
/// <param name="LastHash">Its hash: to be noted elsewhere, and given to a later walk.</param>
/// <param name="BrokenAt">The first entry that is not; null if all are.</param>
public sealed record AuditVerdict(long LastId, string LastHash, long? BrokenAt, AuditBreach? Breach);

public enum AuditBreach
{
    /// <summary>The entry is gone.</summary>
    Missing,

    /// <summary>The entry, or the hash of it or of the one before, is not what was written.</summary>
    Changed,

    /// <summary>The chain is whole, but not the one of which a hash was noted.</summary>
    Rewritten,
}
