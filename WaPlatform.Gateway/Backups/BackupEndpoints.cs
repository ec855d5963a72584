using Microsoft.AspNetCore.Http.HttpResults;
using WaPlatform.Contracts.Backups;
using WaPlatform.Contracts.Devices;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;
using WaPlatform.Gateway.Lists;

namespace WaPlatform.Gateway.Backups;

internal static class BackupEndpoints
{
    // A small archive is checked by then; who waits for a large one looks at the list.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static void MapBackups(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/backups").WithTags("Backups").WithMetadata(BodyLimit.Json).RequireAuthorization(Scopes.Admin).AddEndpointFilter<WholePlatformFilter>();

        group.MapGet("/", ListBackups);
        group.MapPost("/", CreateBackup);
        group.MapGet("/{id}", GetBackup).WithName(nameof(GetBackup));
        group.MapGet("/{id}/download", DownloadBackup);
        group.MapPost("/{id}/verify", VerifyBackup);
        group.MapPost("/{id}/restore", RestoreBackup);
        group.MapPost("/drill", DrillBackup);
    }

    /// <summary>All backups, newest first, with what was last done with each.</summary>
    internal static async Task<Results<Ok<Page<BackupView>>, ProblemResult>> ListBackups(IGrainFactory grains, int? limit, string? after, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var page = PageRequest.Read(limit, after, errors);
        if (errors.Any)
        {
            return errors.ToResult();
        }

        var all = await Backups(grains).ListAsync().WaitAsync(cancellationToken);
        var rest = all.Where(backup => page.After is null || string.CompareOrdinal(backup.Id, page.After) < 0).Take(page.Limit + 1).ToList();
        var items = rest.Take(page.Limit).ToList();
        return TypedResults.Ok(new Page<BackupView>(items, rest.Count > items.Count ? PageRequest.Encode(items[^1].Id) : null, all.Count));
    }

    /// <summary>Begins a backup of the running platform; its state tells when it is complete.</summary>
    internal static async Task<AcceptedAtRoute<BackupView>> CreateBackup(IGrainFactory grains, CancellationToken cancellationToken) =>
        Accepted(await Backups(grains).CreateAsync(BackupTrigger.Manual).WaitAsync(cancellationToken));

    internal static async Task<Ok<BackupView>> GetBackup(string id, IGrainFactory grains, CancellationToken cancellationToken) =>
        TypedResults.Ok(await Backups(grains).GetAsync(id).WaitAsync(cancellationToken));

    /// <summary>The archive.</summary>
    internal static async Task<Results<PushStreamHttpResult, ProblemResult>> DownloadBackup(string id, IGrainFactory grains, HttpResponse response, CancellationToken cancellationToken)
    {
        var backup = await Backups(grains).GetAsync(id).WaitAsync(cancellationToken);
        if (backup is not { State: BackupState.Completed, SizeBytes: { } size })
        {
            return new ProblemResult(ErrorCode.BackupNotFound, "The backup is not complete; it has no archive.");
        }

        response.ContentLength = size;
        return TypedResults.Stream(
            body => CopyAsync(Backups(grains), id, body, cancellationToken), backup.Encrypted ? "application/octet-stream" : "application/x-tar", $"{id}.tar{(backup.Encrypted ? ".enc" : "")}");
    }

    /// <summary>Reads and checks all of an archive. 202 if that takes longer than the call waits.</summary>
    internal static async Task<Results<Ok<BackupView>, AcceptedAtRoute<BackupView>>> VerifyBackup(string id, VerifyRequest? request, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var backup = await Backups(grains).VerifyAsync(id, Given(request?.Passphrase), Patience).WaitAsync(cancellationToken);
        return backup.Operation is { State: BackupOperationState.Running } ? Accepted(backup) : TypedResults.Ok(backup);
    }

    /// <summary>Restores the whole platform, or one device. Nothing is changed before all of the archive was checked.</summary>
    internal static async Task<Results<AcceptedAtRoute<BackupView>, ProblemResult>> RestoreBackup(string id, RestoreRequest? request, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var device = default(PhoneNumber);
        if (Given(request?.Device) is { } given && !PhoneNumber.TryParse(given, out device))
        {
            errors.Add("device", "Must be a phone number.");
            return errors.ToResult();
        }

        return Accepted(await Backups(grains).RestoreAsync(id, device.Digits, Given(request?.Passphrase), Patience).WaitAsync(cancellationToken));
    }

    /// <summary>Restores the newest backup into a scratch place, compares what is there with what it should be, and removes it.</summary>
    internal static async Task<Results<AcceptedAtRoute<BackupView>, ProblemResult>> DrillBackup(IGrainFactory grains, CancellationToken cancellationToken) =>
        await Backups(grains).DrillAsync().WaitAsync(cancellationToken) is { } backup ? Accepted(backup) : new ProblemResult(ErrorCode.BackupNotFound, "There is no backup yet.");

    private static IBackupGrain Backups(IGrainFactory grains) => grains.GetGrain<IBackupGrain>(0);

    private static AcceptedAtRoute<BackupView> Accepted(BackupView backup) => TypedResults.AcceptedAtRoute(backup, nameof(GetBackup), new { id = backup.Id });

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static async Task CopyAsync(IBackupGrain backups, string id, Stream body, CancellationToken cancellationToken)
    {
        const int PieceSize = 512 * 1024;
        for (long offset = 0; await backups.ReadAsync(id, offset, PieceSize).WaitAsync(cancellationToken) is { Length: > 0 } piece; offset += piece.Length)
        {
            await body.WriteAsync(piece, cancellationToken);
        }
    }
}

/// <param name="Passphrase">Of an encrypted archive, if it is not the configured one.</param>
internal sealed record VerifyRequest(string? Passphrase);

/// <param name="Device">The only number to restore: its settings and its session. Absent = the whole platform.</param>
/// <param name="Passphrase">Of an encrypted archive, if it is not the configured one.</param>
internal sealed record RestoreRequest(string? Device, string? Passphrase);
