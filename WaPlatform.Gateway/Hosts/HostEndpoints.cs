using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Data;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Hosts;

internal static class HostEndpoints
{
    public static void MapHosts(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/system/hosts").WithTags("System").WithMetadata(BodyLimit.Json).RequireAuthorization(Scopes.Admin);

        group.MapGet("/", ListHosts);
        group.MapPost("/{id}/drain", DrainHost);
        group.MapPost("/{id}/resume", ResumeHost);
    }

    /// <summary>All hosts that ever joined, by name.</summary>
    internal static async Task<Ok<HostsView>> ListHosts(WaDbContext db, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var hosts = await db.Hosts.AsNoTracking().OrderBy(host => host.Id).ToListAsync(cancellationToken);
        return TypedResults.Ok(new HostsView(await ViewAsync(db, hosts, timeProvider, cancellationToken)));
    }

    /// <summary>Lets a host's devices move to others, one after another, and brings no new ones to it: for its maintenance, or its end. Idempotent.</summary>
    internal static async Task<Results<Accepted<HostView>, ProblemResult>> DrainHost(
        string id, WaDbContext db, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        if (await FindAsync(db, id, timeProvider, cancellationToken) is { State: HostState.Lost })
        {
            return new ProblemResult(ErrorCode.HostLost, $"The host {id} is gone; its devices move without being asked to.");
        }

        return await SetDrainingAsync(db, id, draining: true, timeProvider, cancellationToken);
    }

    /// <summary>Lets a host that was drained take devices again. Idempotent.</summary>
    internal static Task<Results<Accepted<HostView>, ProblemResult>> ResumeHost(
        string id, WaDbContext db, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        SetDrainingAsync(db, id, draining: false, timeProvider, cancellationToken);

    private static async Task<Results<Accepted<HostView>, ProblemResult>> SetDrainingAsync(
        WaDbContext db, string id, bool draining, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        // Only this column: all else is the host's own.
        await db.Hosts.Where(host => host.Id == id).ExecuteUpdateAsync(set => set.SetProperty(host => host.Draining, draining), cancellationToken);
        return await FindAsync(db, id, timeProvider, cancellationToken) is { } view
            ? TypedResults.Accepted("/api/system/hosts", view)
            : new ProblemResult(ErrorCode.HostNotFound, $"No host has the name {id}.");
    }

    private static async Task<HostView?> FindAsync(WaDbContext db, string id, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        await db.Hosts.AsNoTracking().SingleOrDefaultAsync(host => host.Id == id, cancellationToken) is { } host
            ? (await ViewAsync(db, [host], timeProvider, cancellationToken))[0]
            : null;

    private static async Task<IReadOnlyList<HostView>> ViewAsync(
        WaDbContext db, IReadOnlyList<Data.Hosts.Host> hosts, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var now = await db.GetClockAsync(timeProvider, cancellationToken);
        var counts = await db.Devices.Where(device => device.OwnerHost != null)
            .GroupBy(device => device.OwnerHost!)
            .Select(devices => new { Host = devices.Key, Running = devices.Count(device => device.Desired == DesiredState.Running), Total = devices.Count() })
            .ToDictionaryAsync(count => count.Host, count => new HostDevicesView(count.Running, count.Total), cancellationToken);
        return [.. hosts.Select(host => HostView.From(host, now, counts.GetValueOrDefault(host.Id) ?? new HostDevicesView(0, 0)))];
    }
}
