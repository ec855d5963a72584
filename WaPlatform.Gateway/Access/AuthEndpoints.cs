using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using WaPlatform.Contracts;
using WaPlatform.Data.Access;
using WaPlatform.Gateway.Audit;
using WaPlatform.Gateway.Faults;
using WaPlatform.Gateway.Keys;
using WaPlatform.Gateway.Limits;

namespace WaPlatform.Gateway.Access;

internal static class AuthEndpoints
{
    public static void MapAuth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/auth").WithTags("Auth").WithMetadata(BodyLimit.Json);

        group.MapPost("/login", LogIn).AllowAnonymous().DisableRateLimiting().WithMetadata(Audited.Always);
        group.MapPost("/refresh", Refresh).AllowAnonymous();
        group.MapPost("/logout", LogOut).RequireAuthorization(Policies.User).WithMetadata(Audited.Always);
        group.MapGet("/me", Me).RequireAuthorization(Policies.Anybody);
        group.MapPost("/change-password", ChangePassword).RequireAuthorization(Policies.User).WithMetadata(Audited.Always);
    }

    /// <summary>Signs in with user name and password.</summary>
    internal static async Task<Results<Ok<LoginAnswer>, ProblemResult>> LogIn(
        LoginRequest request, SignIn signIn, SignInLimits limits, HttpContext context, CancellationToken cancellationToken)
    {
        // It has limits of its own, which only failures use up.
        var (name, address) = ((request.Username ?? "").Trim(), context.Connection.RemoteIpAddress);
        if (limits.Enter(address, PasswordCheck.Normalize(name)) is { } wait)
        {
            return new ProblemResult(new Fault(ErrorCode.RateLimited, "Too many wrong passwords; wait before the next attempt.") { RetryAfter = wait });
        }

        if (request.Validate() is { Any: true } errors)
        {
            return errors.ToResult();
        }

        var (answer, fault) = await signIn.LogInAsync(name, request.Password!, cancellationToken);
        limits.Conclude(address, PasswordCheck.Normalize(name), fault?.Code switch
        {
            null => SignInOutcome.Right,
            ErrorCode.RateLimited => SignInOutcome.Locked,
            _ => SignInOutcome.Wrong,
        });
        AuditNote.SignIn(context, answer?.User.Username ?? await signIn.FindNameAsync(name, cancellationToken));
        return Answer(context.Response, answer, fault);
    }

    /// <summary>Trades a refresh token for a new access token and the next refresh token.</summary>
    internal static async Task<Results<Ok<LoginAnswer>, ProblemResult>> Refresh(
        RefreshRequest request, SignIn signIn, HttpResponse response, CancellationToken cancellationToken)
    {
        if (request.Validate() is { Any: true } errors)
        {
            return errors.ToResult();
        }

        var answer = await signIn.RefreshAsync(request.RefreshToken!, cancellationToken);
        return Answer(response, answer, new Fault(ErrorCode.Unauthenticated, "The refresh token is spent, expired or unknown; sign in again."));
    }

    /// <summary>Ends the caller's session: its access token and refresh tokens are void.</summary>
    internal static async Task<NoContent> LogOut(ClaimsPrincipal caller, SignIn signIn, CancellationToken cancellationToken)
    {
        await signIn.LogOutAsync(Guid.Parse(caller.FindFirstValue(AccessTokens.SessionClaim)!), cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>Who the caller is and what it may do.</summary>
    internal static Ok<MeView> Me(ClaimsPrincipal caller, DeviceAccess access)
    {
        var isUser = WireJson.TryParseName<UserRole>(caller.FindFirstValue(AccessTokens.RoleClaim), out var role);
        var key = caller.FindFirstValue(KeyCaller.PrefixClaim) is { } prefix
            ? new CallingKeyView(Guid.Parse(caller.FindFirstValue(KeyCaller.IdClaim)!), prefix, Grant.Of(caller).Until)
            : null;
        return TypedResults.Ok(new MeView(
            isUser ? caller.Identity!.Name : null, isUser ? role : null, [.. caller.FindAll(Scopes.ClaimType).Select(claim => claim.Value)],
            access.Only?.Order(StringComparer.Ordinal).ToList(), key));
    }

    /// <summary>Changes the caller's password. All its sessions end; the answer begins a new one.</summary>
    internal static async Task<Results<Ok<LoginAnswer>, ProblemResult>> ChangePassword(
        ChangePasswordRequest request, ClaimsPrincipal caller, SignIn signIn, HttpResponse response, CancellationToken cancellationToken)
    {
        if (request.Validate() is { Any: true } errors)
        {
            return errors.ToResult();
        }

        var (answer, fault) = await signIn.ChangePasswordAsync(caller.Identity!.Name!, request.CurrentPassword!, request.NewPassword!, cancellationToken);
        return Answer(response, answer, fault);
    }

    private static Results<Ok<LoginAnswer>, ProblemResult> Answer(HttpResponse response, LoginAnswer? answer, Fault? fault)
    {
        response.Headers.CacheControl = "no-store";
        return answer is null ? new ProblemResult(fault!) : TypedResults.Ok(answer);
    }
}
