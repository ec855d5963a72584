using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Data;
using WaPlatform.Data.Audit;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;
using WaPlatform.Gateway.Lists;

namespace WaPlatform.Gateway.Audit;

internal static class AuditEndpoints
{
    private const int HashLength = 64;

    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/audit").WithTags("Audit").WithMetadata(BodyLimit.Json).RequireAuthorization(Scopes.Admin);

        group.MapGet("/", ListEntries).Describe();
        group.MapGet("/verify", Verify);

        // Whoever takes the whole of it away is written down.
        group.MapGet("/export", Export).Describe().WithMetadata(Audited.Always).Produces<string>(StatusCodes.Status200OK, "application/x-ndjson");
    }

    /// <summary>Who did what, on which device, from where, and how it ended; newest first.</summary>
    internal static async Task<Results<Ok<Page<AuditView>>, ProblemResult>> ListEntries(
        AuditFilter filter, int? limit, string? after, WaDbContext db, DeviceAccess access, CancellationToken cancellationToken)
    {
        var page = PageRequest.Read(limit, after, filter.Errors);
        long last = long.MaxValue;
        filter.Errors.Require(page.After is null || long.TryParse(page.After, CultureInfo.InvariantCulture, out last), "after", "Is not a cursor of this list.");
        if (filter.Errors.Any)
        {
            return filter.Errors.ToResult();
        }

        var entries = filter.Apply(db.Audit.AsNoTracking(), access);
        var total = await entries.CountAsync(cancellationToken);
        var rows = await entries.Where(e => e.Id < last).OrderByDescending(e => e.Id).Take(page.Limit + 1).ToListAsync(cancellationToken);
        var next = rows.Count > page.Limit ? PageRequest.Encode(rows[page.Limit - 1].Id.ToString(CultureInfo.InvariantCulture)) : null;
        return TypedResults.Ok(new Page<AuditView>([.. rows.Take(page.Limit).Select(AuditView.From)], next, total));
    }

    /// <summary>Goes through the whole audit and says whether any entry was changed or removed.</summary>
    /// <param name="id">Number of an entry whose hash was noted before: it must still be there …</param>
    /// <param name="hash">… with this hash. Only so it shows if the end was cut off, or everything written anew.</param>
    internal static async Task<Results<Ok<AuditCheckView>, ProblemResult>> Verify(
        long? id, string? hash, WaDbContext db, DeviceAccess access, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        errors.Require((id is null) == (hash is null), "hash", "Goes together with id.");
        errors.Require(id is null or >= 1, "id", "Must be the number of an entry.");
        errors.Require(hash is null || (hash.Length == HashLength && hash.All(char.IsAsciiHexDigit)), "hash", "Must be the hash of an entry: 64 hexadecimal digits.");
        if (errors.Any)
        {
            return errors.ToResult();
        }

        if (access.Only is not null)
        {
            return new ProblemResult(ErrorCode.Forbidden, "Your key is for some devices; the chain is of all.");
        }

        return TypedResults.Ok(AuditCheckView.From(await db.VerifyAsync(id is { } number ? (number, hash!) : null, cancellationToken)));
    }

    /// <summary>All entries that the filters leave, oldest first, each a line of JSON.</summary>
    internal static Results<PushStreamHttpResult, ProblemResult> Export(AuditFilter filter, WaDbContext db, DeviceAccess access, CancellationToken cancellationToken)
    {
        if (filter.Errors.Any)
        {
            return filter.Errors.ToResult();
        }

        return TypedResults.Stream(async body =>
        {
            await foreach (var entry in filter.Apply(db.Audit.AsNoTracking(), access).OrderBy(e => e.Id).AsAsyncEnumerable().WithCancellation(cancellationToken))
            {
                await JsonSerializer.SerializeAsync(body, AuditView.From(entry), GatewayJson.Options, cancellationToken);
                await body.WriteAsync("\n"u8.ToArray(), cancellationToken);
            }
        }, "application/x-ndjson", "audit.jsonl");
    }

    // The filter binds itself, so the description would not know its parts.
    private static RouteHandlerBuilder Describe(this RouteHandlerBuilder endpoint) => endpoint.WithDescription(
        "Filters: `actor` (name), `device` (number), `action` (a part of it), `outcome` (`succeeded`, `refused`, `failed`), `from` and `to` (times).");
}
