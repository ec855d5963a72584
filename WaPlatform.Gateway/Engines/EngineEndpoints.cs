using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Engines;
using WaPlatform.Data;
using WaPlatform.Data.Engines;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Engines;

internal static class EngineEndpoints
{
    public static void MapEngines(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/system/engine").WithTags("System").WithMetadata(BodyLimit.Json).RequireAuthorization(Scopes.Admin);

        group.MapGet("/", GetEngine);
        group.MapPost("/check", CheckEngine);
        group.MapPost("/rollout", RollOutEngine);
        group.MapPost("/rollback", RollBackEngine);
        group.MapMethods("/pin", [HttpMethods.Put, HttpMethods.Post], PinEngine);
        group.MapEngineArchives();
    }

    /// <summary>Which versions of the engine there are, which runs, and how far a rollout is.</summary>
    internal static async Task<Ok<EngineView>> GetEngine(WaDbContext db, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        TypedResults.Ok(await ReadAsync(db, timeProvider, cancellationToken));

    /// <summary>Asks the feed for new releases now.</summary>
    internal static async Task<Results<Ok<EngineView>, ProblemResult>> CheckEngine(
        IGrainFactory grains, WaDbContext db, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        await grains.GetGrain<IEnginesGrain>(0).CheckAsync().WaitAsync(cancellationToken);
        return TypedResults.Ok(await ReadAsync(db, timeProvider, cancellationToken));
    }

    /// <summary>Begins to bring a version to all devices: canaries first, one by one, then the others in batches; back by itself when one does not work with it.</summary>
    internal static async Task<Results<Accepted<EngineView>, ProblemResult>> RollOutEngine(
        RolloutRequest request, IGrainFactory grains, WaDbContext db, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        if (request.Validate(out var canaries) is { Any: true } errors)
        {
            return errors.ToResult();
        }

        await grains.GetGrain<IEnginesGrain>(0).RollOutAsync(request.Version!, canaries).WaitAsync(cancellationToken);
        return await AcceptedAsync(db, timeProvider, cancellationToken);
    }

    /// <summary>Takes back the rollout that is under way, or else brings the version before to all devices.</summary>
    internal static async Task<Results<Accepted<EngineView>, ProblemResult>> RollBackEngine(
        IGrainFactory grains, WaDbContext db, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        await grains.GetGrain<IEnginesGrain>(0).RollBackAsync().WaitAsync(cancellationToken);
        return await AcceptedAsync(db, timeProvider, cancellationToken);
    }

    /// <summary>Allows rollouts to one version only, or to any again. Changes nothing that runs.</summary>
    internal static async Task<Results<Ok<EngineView>, ProblemResult>> PinEngine(
        PinRequest request, IGrainFactory grains, WaDbContext db, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        await grains.GetGrain<IEnginesGrain>(0).PinAsync(request.Version).WaitAsync(cancellationToken);
        return TypedResults.Ok(await ReadAsync(db, timeProvider, cancellationToken));
    }

    internal static async Task<EngineView> ReadAsync(WaDbContext db, TimeProvider timeProvider, CancellationToken cancellationToken) => EngineView.From(
        await db.EngineFleets.AsNoTracking().SingleAsync(cancellationToken),
        await db.EngineReleases.AsNoTracking().Include(r => r.Archives).ToListAsync(cancellationToken),
        await db.LivingHostEnginesAsync(timeProvider, cancellationToken),
        await db.HostEngines.AnyAsync(h => h.IsManaged, cancellationToken),
        await db.EngineRollouts.AsNoTracking().Include(r => r.Devices).OrderByDescending(r => r.Id).FirstOrDefaultAsync(cancellationToken));

    private static async Task<Results<Accepted<EngineView>, ProblemResult>> AcceptedAsync(WaDbContext db, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        TypedResults.Accepted("/api/system/engine", await ReadAsync(db, timeProvider, cancellationToken));
}
