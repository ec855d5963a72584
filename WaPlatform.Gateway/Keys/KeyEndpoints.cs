using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Data;
using WaPlatform.Data.Access;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;
using WaPlatform.Gateway.Lists;

namespace WaPlatform.Gateway.Keys;

internal static class KeyEndpoints
{
    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/keys").WithTags("Keys").WithMetadata(BodyLimit.Json).RequireAuthorization(Policies.Keys);

        group.MapGet("/", ListKeys);
        group.MapPost("/", CreateKey);
        group.MapDelete("/{id}", RevokeKey);
    }

    /// <summary>Keys, newest first. A key that is limited to devices sees those that reach no other device.</summary>
    internal static async Task<Results<Ok<Page<KeyView>>, ProblemResult>> ListKeys(
        int? limit, string? after, DeviceAccess access, WaDbContext db, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var page = PageRequest.Read(limit, after, errors);
        var last = Guid.AllBitsSet;
        errors.Require(page.After is null || Guid.TryParseExact(page.After, "D", out last), "after", "Is not a cursor of this list.");
        if (errors.Any)
        {
            return errors.ToResult();
        }

        var keys = db.ApiKeys.AsNoTracking().AllowedTo(access);
        var total = await keys.CountAsync(cancellationToken);
        var rows = await keys.Where(k => k.Id < last).OrderByDescending(k => k.Id).Take(page.Limit + 1).ToListAsync(cancellationToken);
        var next = rows.Count > page.Limit ? PageRequest.Encode(rows[page.Limit - 1].Id.ToString("D")) : null;
        return TypedResults.Ok(new Page<KeyView>([.. rows.Take(page.Limit).Select(KeyView.From)], next, total));
    }

    /// <summary>Makes a key. The answer is the only one that shows it. Nobody can make a key that may do more, or longer, than they may themselves.</summary>
    internal static async Task<Results<Created<NewKeyView>, ProblemResult>> CreateKey(
        CreateKeyRequest request, ClaimsPrincipal caller, HttpResponse response, WaDbContext db, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetDatabaseTime();
        if (request.Validate(now, out var grant) is { Any: true } errors)
        {
            return errors.ToResult();
        }

        if (Grant.Of(caller).MissingFor(grant) is { } missing)
        {
            return new ProblemResult(ErrorCode.Forbidden, $"Nobody makes a key that may do more than they may themselves; you lack {missing}.");
        }

        var (text, prefix, hash) = KeyText.Create();
        var key = new ApiKey
        {
            Id = Guid.CreateVersion7(now),
            Name = request.Name!.Trim(),
            Prefix = prefix,
            Hash = hash,
            Scopes = [.. Scopes.All.Where(grant.Scopes.Contains)],
            Devices = grant.Devices.Only?.Order(StringComparer.Ordinal).ToList(),
            CreatedAt = now,
            ExpiresAt = grant.Until,
            CreatedBy = caller.Identity!.Name!,
            ParentId = caller.FindFirstValue(KeyCaller.IdClaim) is { } parent ? Guid.Parse(parent) : null,
        };
        db.ApiKeys.Add(key);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (exception.IsForeignKeyViolation())
        {
            // The key that asks was revoked at this moment.
            return new ProblemResult(FaultMap.FromStatus(StatusCodes.Status401Unauthorized));
        }

        response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/api/keys/{key.Id}", NewKeyView.From(key, text));
    }

    /// <summary>Revokes a key, and those that were made with it. Every gateway refuses them within seconds, and cuts their open connections off.</summary>
    internal static async Task<Results<NoContent, ProblemResult>> RevokeKey(
        string id, DeviceAccess access, WaDbContext db, ApiKeys keys, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(id, out var key) || await db.ApiKeys.AllowedTo(access).Where(k => k.Id == key).ExecuteDeleteAsync(cancellationToken) == 0)
        {
            return new ProblemResult(ErrorCode.KeyNotFound, "No key has that id.");
        }

        keys.Forget();
        return TypedResults.NoContent();
    }
}
