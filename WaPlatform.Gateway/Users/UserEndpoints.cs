using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Data;
using WaPlatform.Data.Access;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;
using WaPlatform.Gateway.Lists;

namespace WaPlatform.Gateway.Users;

internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/users").WithTags("Users").WithMetadata(BodyLimit.Json).RequireAuthorization(Scopes.Admin);

        group.MapGet("/", ListUsers);
        group.MapPost("/", AddUser);
        group.MapPatch("/{username}", ChangeUser);
        group.MapDelete("/{username}", RemoveUser);
    }

    /// <summary>All users, the oldest first.</summary>
    internal static async Task<Results<Ok<Page<UserDetailsView>>, ProblemResult>> ListUsers(
        int? limit, string? after, WaDbContext db, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var page = PageRequest.Read(limit, after, errors);
        var last = Guid.Empty;
        errors.Require(page.After is null || Guid.TryParseExact(page.After, "D", out last), "after", "Is not a cursor of this list.");
        if (errors.Any)
        {
            return errors.ToResult();
        }

        var total = await db.Users.CountAsync(cancellationToken);
        var rows = await db.Users.AsNoTracking().Where(u => u.Id > last).OrderBy(u => u.Id).Take(page.Limit + 1).ToListAsync(cancellationToken);
        var next = rows.Count > page.Limit ? PageRequest.Encode(rows[page.Limit - 1].Id.ToString("D")) : null;
        var now = timeProvider.GetUtcNow();
        return TypedResults.Ok(new Page<UserDetailsView>([.. rows.Take(page.Limit).Select(user => UserDetailsView.From(user, now))], next, total));
    }

    /// <summary>Makes a user.</summary>
    internal static async Task<Results<Created<UserDetailsView>, ProblemResult>> AddUser(
        AddUserRequest request, ClaimsPrincipal caller, WaDbContext db, Passwords passwords, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        if (request.Validate(out var role) is { Any: true } errors)
        {
            return errors.ToResult();
        }

        if (UserAdmin.RefuseRole(Grant.Of(caller), role) is { } fault)
        {
            return new ProblemResult(fault);
        }

        var now = timeProvider.GetDatabaseTime();
        var user = new User
        {
            Id = Guid.CreateVersion7(now),
            Username = request.Username!,
            NormalizedUsername = PasswordCheck.Normalize(request.Username!),
            PasswordHash = passwords.Hash(request.Password!),
            SecurityStamp = Passwords.NewStamp(),
            Role = role,
            CreatedAt = now,
        };
        db.Users.Add(user);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (exception.IsUniqueViolation())
        {
            return new ProblemResult(ErrorCode.UserAlreadyExists, $"Somebody is called {user.Username} already.");
        }

        return TypedResults.Created($"/api/users/{user.Username}", UserDetailsView.From(user, now));
    }

    /// <summary>Changes a user's password or role. Either ends the user's sessions.</summary>
    internal static async Task<Results<Ok<UserDetailsView>, ProblemResult>> ChangeUser(
        string username, ChangeUserRequest request, ClaimsPrincipal caller, UserAdmin users, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        if (request.Validate(out var role) is { Any: true } errors)
        {
            return errors.ToResult();
        }

        var (user, fault) = await users.ChangeAsync(Grant.Of(caller), username, role, request.Password, cancellationToken);
        return user is null ? new ProblemResult(fault!) : TypedResults.Ok(UserDetailsView.From(user, timeProvider.GetUtcNow()));
    }

    /// <summary>Removes a user. Its sessions end; keys that it made stay.</summary>
    internal static async Task<Results<NoContent, ProblemResult>> RemoveUser(
        string username, ClaimsPrincipal caller, UserAdmin users, CancellationToken cancellationToken) =>
        await users.RemoveAsync(Grant.Of(caller), username, cancellationToken) is { } fault ? new ProblemResult(fault) : TypedResults.NoContent();
}
