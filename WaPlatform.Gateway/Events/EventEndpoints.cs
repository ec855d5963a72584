using System.Net.Mime;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using WaPlatform.Contracts.Events;
using WaPlatform.Data;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;
using WaPlatform.Gateway.Lists;

namespace WaPlatform.Gateway.Events;

internal static class EventEndpoints
{
    private const int MaxLimit = 500;
    private const string NoCursor = "Is not a cursor: use next or cursor of a page, or the id of an event.";

    public static void MapEventLists(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/events").WithTags("Events").RequireAuthorization(Scopes.EventsRead);
        group.MapGet("/", ListEvents);
        group.MapGet("/stream", StreamEvents).WithMetadata(QueryToken.Allowed).Produces<string>(contentType: MediaTypeNames.Text.EventStream);
    }

    /// <summary>Events, oldest first. Ask again with next, at once, while there is one; else with cursor, after a pause.</summary>
    /// <param name="after">The next or cursor of the page before, or the id of an event. Default: from the oldest that is kept.</param>
    /// <param name="device">Only of this device, or of several with commas.</param>
    /// <param name="type">Only of this type, of those that begin so (<c>message.*</c>), or of several with commas.</param>
    /// <param name="limit">1–500. Default: 50.</param>
    internal static async Task<Results<Ok<EventList>, ProblemResult>> ListEvents(
        string? after, string? device, string? type, int? limit, DeviceAccess access, WaDbContext db, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var filter = EventFilter.Read(device, type, access, errors);
        var place = 0L;
        errors.Require(string.IsNullOrEmpty(after) || EventCursor.TryParse(after, out place), "after", NoCursor);
        errors.Require(limit is null or (>= 1 and <= MaxLimit), "limit", $"Must be from 1 to {MaxLimit}.");
        if (errors.Any)
        {
            return errors.ToResult();
        }

        var page = await EventReader.ReadStoredAsync(db, place, filter, limit ?? PageRequest.DefaultLimit, cancellationToken);
        var cursor = EventCursor.Of(page.End);
        return TypedResults.Ok(new EventList(
            [.. page.Events.Select(told => EventView.Of(told.Event))], page.IsFull ? cursor : null, cursor, page.Missed && !string.IsNullOrEmpty(after)));
    }

    /// <summary>Server-sent events: what happened after the cursor, then what happens, each with its cursor as id. Without a cursor: what happens from now on.</summary>
    /// <param name="device">Only of this device, or of several with commas.</param>
    /// <param name="type">Only of this type, of those that begin so (<c>message.*</c>), or of several with commas.</param>
    /// <param name="after">The id of the last event that the reader has. The header, which browsers set when they connect again, wins.</param>
    /// <param name="lastEventId">The same.</param>
    internal static async Task<IResult> StreamEvents(
        string? device, string? type, string? after, [FromHeader(Name = "Last-Event-ID")] string? lastEventId, DeviceAccess access, HttpContext context,
        EventStream stream, EventWindow window, IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var filter = EventFilter.Read(device, type, access, errors);
        var (cursor, source) = string.IsNullOrEmpty(lastEventId) ? (after, "after") : (lastEventId, "Last-Event-ID");
        var place = 0L;
        errors.Require(string.IsNullOrEmpty(cursor) || EventCursor.TryParse(cursor, out place), source, NoCursor);
        if (errors.Any)
        {
            return errors.ToResult();
        }

        using var following = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        await window.Ready.WaitAsync(following.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        context.Response.ContentType = MediaTypeNames.Text.EventStream;
        context.Response.Headers.CacheControl = "no-store";

        // nginx would gather events until a buffer is full.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        await stream.RunAsync(context, string.IsNullOrEmpty(cursor) ? null : place, filter, following.Token);
        return Results.Empty;
    }
}

/// <summary>Some events.</summary>
/// <param name="Next">Ask for the rest with it, at once; null if that was all.</param>
/// <param name="Cursor">Where the reader is now: ask with it later for what came meanwhile.</param>
/// <param name="Missed">Events after the cursor were removed before they were read.</param>
internal sealed record EventList(IReadOnlyList<EventView> Items, string? Next, string Cursor, bool Missed);
