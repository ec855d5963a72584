using Microsoft.AspNetCore.Http.HttpResults;
using WaPlatform.Contracts.Cleanup;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Backups;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Cleanup;

internal static class CleanupEndpoints
{
    public static void MapCleanup(this IEndpointRouteBuilder routes) => routes.MapPost("/api/system/cleanup", CleanUp)
        .WithTags("System").WithMetadata(BodyLimit.Json).RequireAuthorization(Scopes.Admin).AddEndpointFilter<WholePlatformFilter>();

    /// <summary>Removes what is past its time, or, in a dry run, tells what would go.</summary>
    internal static async Task<Ok<CleanupReport>> CleanUp(CleanupRequest? request, IGrainFactory grains, CancellationToken cancellationToken) =>
        TypedResults.Ok(await grains.GetGrain<ICleanupGrain>(0).RunAsync(request?.DryRun ?? false).WaitAsync(cancellationToken));
}

/// <param name="DryRun">Removes nothing.</param>
internal sealed record CleanupRequest(bool DryRun);
