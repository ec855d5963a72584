using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Engines;
using WaPlatform.Data;
using WaPlatform.Data.Engines;
using WaPlatform.ProcessHost.Hosts;
using WaPlatform.ServiceDefaults.Engines;

namespace WaPlatform.ProcessHost.Releases;

/// <summary>Gets one version of the engine onto this host: from the database if that has it, else from where the feed says; never unpacked before its digest is the right one.</summary>
internal sealed partial class EngineInstaller(
    IDbContextFactory<WaDbContext> databases, EngineStore store, EngineArchives archives, ReleaseDownload download, HostMembership membership, TimeProvider timeProvider, ILogger<EngineInstaller> logger)
{
    // Of an archive; a slow line takes a while for 20 MB.
    private static readonly TimeSpan LongestDownload = TimeSpan.FromMinutes(8);

    /// <exception cref="EngineArchiveException">This archive will never do.</exception>
    /// <exception cref="ReleaseFeedException">It can't be had now.</exception>
    /// <exception cref="IOException">It can't be stored now.</exception>
    public async Task InstallAsync(string version, CancellationToken cancellationToken)
    {
        var archive = await FindAsync(version, cancellationToken);
        await using var file = store.CreateTemporary();
        try
        {
            var digest = await FetchAsync(archive, file, cancellationToken);
            await file.FlushAsync(cancellationToken);
            if (digest != archive.Sha256)
            {
                throw new EngineArchiveException(
                    RolloutReason.DigestMismatch, $"The archive of engine {version} for {archive.Platform} has the SHA-256 {digest}, and not {archive.Sha256}: it was not unpacked.");
            }

            await store.InstallAsync(version, file.Name, cancellationToken);
            Log.Installed(logger, version, archive.Platform, digest);
            if (!archive.IsStored && membership.IsOneOfMany)
            {
                await KeepAsync(archive, file.Name, cancellationToken);
            }
        }
        finally
        {
            File.Delete(file.Name);
        }
    }

    private async Task<EngineArchive> FindAsync(string version, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.EngineArchives.AsNoTracking().SingleOrDefaultAsync(a => a.Version == version && a.Platform == EnginePlatform.Current, cancellationToken)
            ?? throw new EngineArchiveException(RolloutReason.AssetMissing, $"Engine {version} has no archive for {EnginePlatform.Current}, or none with a checksum.");
    }

    private async Task<string> FetchAsync(EngineArchive archive, Stream file, CancellationToken cancellationToken)
    {
        if (archive is { IsStored: true, ContentId: { } contentId })
        {
            return await archives.WriteAsync(contentId, file, cancellationToken);
        }

        var url = archive.Url ?? throw new EngineArchiveException(RolloutReason.AssetMissing, $"The archive of engine {archive.Version} is not kept any more; bring it again.");
        using var patience = new CancellationTokenSource(LongestDownload, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var response = await download.OpenAsync(ReleaseFeed.AddressOf(url), null, null, either.Token);
            return await download.CopyAsync(response, file, EngineArchiveFile.MaxBytes, either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ReleaseFeedException($"The archive of engine {archive.Version} did not come within {LongestDownload.TotalMinutes:0} min.");
        }
    }

    // For hosts that can't reach the feed.
    private async Task KeepAsync(EngineArchive archive, string path, CancellationToken cancellationToken)
    {
        try
        {
            await archives.StoreAsync(archive.Version, archive.Platform, path, cancellationToken);
        }
        catch (Exception exception) when (exception.IsDatabaseUnavailable() || exception is DbUpdateException)
        {
            Log.NotKept(logger, archive.Version, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Installed engine {Version} for {Platform} (SHA-256 {Digest}).")]
        public static partial void Installed(ILogger logger, string version, string platform, string digest);

        [LoggerMessage(2, LogLevel.Warning, "The archive of engine {Version} could not be kept in the database; other hosts fetch it themselves. {Why}")]
        public static partial void NotKept(ILogger logger, string version, string why);
    }
}
