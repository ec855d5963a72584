using Microsoft.AspNetCore.Http.HttpResults;
using WaPlatform.Data;
using WaPlatform.Data.Engines;
using WaPlatform.Gateway.Faults;
using WaPlatform.ServiceDefaults;
using WaPlatform.ServiceDefaults.Engines;

namespace WaPlatform.Gateway.Engines;

/// <summary>Releases that an administrator brings, where no host can reach the feed.</summary>
internal static class EngineArchiveEndpoints
{
    // The archive is streamed; what more it may have than its own limit is told by a clear answer.
    private static readonly BodyLimit ArchiveLimit = new(EngineArchiveFile.MaxBytes + 1);

    public static void MapEngineArchives(this RouteGroupBuilder group)
    {
        group.MapPut("/releases/{version}", UploadEngine).Accepts<Stream>("application/zip", "application/octet-stream").WithMetadata(ArchiveLimit);
        group.MapPost("/releases", BringEngine);
    }

    /// <summary>Stores the archive of a release that is the body of the request. Rolled out it is by a call of its own.</summary>
    /// <param name="sha256">Of the archive, in hex.</param>
    /// <param name="platform">For example linux_amd64; absent: what the binary's name says, else the gateway's own.</param>
    internal static Task<Results<Ok<EngineView>, ProblemResult>> UploadEngine(
        string version, string? sha256, string? platform, HttpRequest request, WaDbContext db, BroughtArchive archive, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        TakeAsync(version, sha256, platform, new FieldErrors(), _ => request.Body, db, archive, timeProvider, cancellationToken);

    /// <summary>Stores the archive of a release that is in the data directory of the gateway.</summary>
    internal static Task<Results<Ok<EngineView>, ProblemResult>> BringEngine(
        BringRequest request, WaDbContext db, BroughtArchive archive, DataDirectory data, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        TakeAsync(request.Version, request.Sha256, request.Platform, new FieldErrors(), errors => Open(request.Path, data, errors), db, archive, timeProvider, cancellationToken);

    private static async Task<Results<Ok<EngineView>, ProblemResult>> TakeAsync(
        string? version, string? sha256, string? platform, FieldErrors errors, Func<FieldErrors, Stream?> open, WaDbContext db, BroughtArchive archive, TimeProvider timeProvider,
        CancellationToken cancellationToken)
    {
        var parsed = EngineRules.CheckVersion(version, errors);
        EngineRules.CheckArchive(sha256, platform, errors);
        await using var content = open(errors);
        if (errors.Any)
        {
            return errors.ToResult();
        }

        if ((await db.LivingHostEnginesAsync(timeProvider, cancellationToken)) is { Count: > 0 } hosts && !hosts.Exists(host => host.IsManaged))
        {
            return new ProblemResult(ErrorCode.EngineUnmanaged, "The engine of every host is configured (ENGINE_PATH), or the simulator; no release would be used.");
        }

        return await archive.TakeAsync(parsed, sha256!, platform, content!, cancellationToken) is { } problem
            ? problem
            : TypedResults.Ok(await EngineEndpoints.ReadAsync(db, timeProvider, cancellationToken));
    }

    // Nothing outside: whoever may bring an engine is not meant to read the machine's other files.
    private static FileStream? Open(string? path, DataDirectory data, FieldErrors errors)
    {
        try
        {
            var full = Path.GetFullPath(path ?? "", data.Path);
            if (full.StartsWith(data.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(full))
            {
                return new FileStream(full, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Said below.
        }

        errors.Add("path", "Must name a file in the gateway's data directory.");
        return null;
    }
}
