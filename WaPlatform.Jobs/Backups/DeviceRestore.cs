using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Hosts;
using WaPlatform.Data;
using WaPlatform.Data.Devices;
using WaPlatform.Jobs.Backups.Archive;
using WaPlatform.Jobs.Backups.Database;
using WaPlatform.Jobs.Backups.Restore;

namespace WaPlatform.Jobs.Backups;

/// <summary>
/// Restores one number in a running platform: its settings and its session, not its messages. The device's owner ends the engine, takes the session from here, and
/// goes on.
/// </summary>
internal sealed class DeviceRestore(
    PlatformDatabase database, IDbContextFactory<WaDbContext> databases, IGrainFactory grains, SessionSchemas schemas, TimeProvider timeProvider)
{
    private const int PieceSize = 256 * 1024;

    private (string Device, ScratchRestore Scratch)? _staged;

    /// <param name="directory">An empty one, which is removed.</param>
    /// <param name="ready">Set once it is sure that the archive has what is needed.</param>
    public async Task RunAsync(
        string archive, string? passphrase, BackupManifest manifest, string directory, string phoneNumber, TaskCompletionSource ready, CancellationToken cancellationToken)
    {
        try
        {
            ScratchRestore.EnsureFits(manifest, database, directory);
            await using var scratch = await ScratchRestore.MakeAsync(archive, passphrase, manifest, database, directory, phoneNumber, cancellationToken);
            await Task.Run(scratch.CheckSessions, cancellationToken);
            await scratch.MigrateAsync(timeProvider, cancellationToken);
            var row = await FindAsync(scratch, phoneNumber, cancellationToken)
                ?? throw new PlatformException(ErrorCode.DeviceNotFound, "The backup has no device with that number. Nothing was changed.");
            if (row.Jid is not null && scratch.SessionFiles(phoneNumber).Count == 0 && scratch.FindSessionDump() is null)
            {
                throw new PlatformException(ErrorCode.RestoreRefused, "The backup does not have the session of that number. Nothing was changed.");
            }

            ready.TrySetResult();
            _staged = (phoneNumber, scratch);
            var isNew = await PutRowAsync(row, cancellationToken);
            var device = grains.GetGrain<IDeviceGrain>(phoneNumber);
            await device.ReplaceSessionAsync();
            if (isNew && row.Desired == DesiredState.Running)
            {
                await device.StartAsync();
            }
        }
        finally
        {
            _staged = null;
            BackupCatalog.RemoveScratch(directory);
        }
    }

    public async IAsyncEnumerable<SessionPart> ReadSessionAsync(string phoneNumber, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var (file, path) in Staged(phoneNumber).SessionFiles(phoneNumber))
        {
            await using var content = File.OpenRead(path);
            int read;
            do
            {
                var piece = new byte[PieceSize];
                read = await content.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, cancellationToken);
                yield return new SessionPart(file, piece[..read]);
            }
            while (read == PieceSize);
        }
    }

    public Task RestoreSchemaAsync(string phoneNumber, CancellationToken cancellationToken) => schemas.RestoreAsync(
        Staged(phoneNumber).FindSessionDump() ?? throw new PlatformException(ErrorCode.RestoreRefused, "The backup has no sessions of PostgreSQL."), phoneNumber, cancellationToken);

    private static async Task<Device?> FindAsync(ScratchRestore scratch, string phoneNumber, CancellationToken cancellationToken)
    {
        await using var db = scratch.Database.Open();
        return await db.Devices.AsNoTracking().SingleOrDefaultAsync(device => device.PhoneNumber == phoneNumber, cancellationToken);
    }

    private ScratchRestore Staged(string phoneNumber) =>
        _staged is { } staged && staged.Device == phoneNumber ? staged.Scratch : throw new PlatformException(ErrorCode.RestoreRefused, "No restore of that device is under way.");

    // Of a row that is there only what people set: the rest is its owner's.
    private async Task<bool> PutRowAsync(Device row, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetDatabaseTime();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var updated = await db.Devices.Where(device => device.PhoneNumber == row.PhoneNumber).ExecuteUpdateAsync(
            set => set.SetProperty(d => d.Name, row.Name).SetProperty(d => d.Proxy, row.Proxy).SetProperty(d => d.Concurrency, row.Concurrency).SetProperty(d => d.IntervalMs, row.IntervalMs)
                .SetProperty(d => d.IntervalCap, row.IntervalCap).SetProperty(d => d.JitterMs, row.JitterMs).SetProperty(d => d.SimulateTyping, row.SimulateTyping).SetProperty(d => d.UpdatedAt, now),
            cancellationToken);
        if (updated > 0)
        {
            return false;
        }

        var last = await db.Events.Where(e => e.PhoneNumber == row.PhoneNumber).MaxAsync(e => (long?)e.Sequence, cancellationToken) ?? 0;
        db.Devices.Add(new Device
        {
            PhoneNumber = row.PhoneNumber,
            Name = row.Name,
            Desired = DesiredState.Stopped,
            State = DeviceState.Stopped,
            Since = now,
            Jid = row.Jid,
            LastSequence = Math.Max(last, row.LastSequence),
            Concurrency = row.Concurrency,
            IntervalMs = row.IntervalMs,
            IntervalCap = row.IntervalCap,
            JitterMs = row.JitterMs,
            SimulateTyping = row.SimulateTyping,
            QueuePaused = row.QueuePaused,
            Proxy = row.Proxy,
            CreatedAt = now,
            UpdatedAt = now,
        });
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }
}
