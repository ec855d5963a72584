using Orleans.Concurrency;
using WaPlatform.Contracts.Backups;
using WaPlatform.Contracts.Hosts;

namespace WaPlatform.Jobs.Backups;

/// <summary>What the rest of the cluster reaches of the <see cref="BackupDesk"/>. Reentrant: a list must not wait for a verification.</summary>
[Reentrant, KeepAlive]
internal sealed class BackupGrain(BackupDesk desk, BackupCatalog catalog, TimeProvider timeProvider) : Grain, IBackupGrain
{
    private const int MaxPiece = 1024 * 1024;

    public Task<IReadOnlyList<BackupView>> ListAsync() => catalog.ListAsync(CancellationToken.None);

    public Task<BackupView> GetAsync(string id) => catalog.GetAsync(id, CancellationToken.None);

    public Task<BackupView> CreateAsync(BackupTrigger trigger) => desk.CreateAsync(trigger, CancellationToken.None);

    public async Task<byte[]> ReadAsync(string id, long offset, int count)
    {
        await using var file = new FileStream(catalog.Archive(id), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
        file.Position = offset;
        var piece = new byte[Math.Clamp(Math.Min(count, file.Length - offset), 0, MaxPiece)];
        return piece[..await file.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false)];
    }

    public async Task<BackupView> VerifyAsync(string id, string? passphrase, TimeSpan patience) =>
        await AwaitAsync(id, await desk.VerifyAsync(id, passphrase, CancellationToken.None), patience);

    public async Task<BackupView> RestoreAsync(string id, string? device, string? passphrase, TimeSpan patience) =>
        await AwaitAsync(id, await desk.RestoreAsync(id, device, passphrase, CancellationToken.None), patience);

    public Task<BackupView?> DrillAsync() => desk.DrillAsync(CancellationToken.None);

    public IAsyncEnumerable<SessionPart> ReadStagedSessionAsync(string device) => desk.DeviceRestore.ReadSessionAsync(device);

    public Task RestoreSessionSchemaAsync(string device) => desk.DeviceRestore.RestoreSchemaAsync(device, CancellationToken.None);

    private async Task<BackupView> AwaitAsync(string id, Task work, TimeSpan patience)
    {
        if (await Task.WhenAny(work, Task.Delay(patience, timeProvider, CancellationToken.None)) == work)
        {
            await work;
        }

        return await catalog.GetAsync(id, CancellationToken.None);
    }
}
