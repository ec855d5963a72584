using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;

namespace WaPlatform.Gateway.Access;

/// <summary>Who makes a request, as far as limits and the audit go.</summary>
internal static class Caller
{
    /// <summary>Never another's; null without good credentials.</summary>
    public static string? IdOf(ClaimsPrincipal principal) =>
        principal.Identity is { IsAuthenticated: true } ? principal.FindFirstValue(JwtRegisteredClaimNames.Sub) ?? principal.Identity.Name : null;

    /// <summary>As people know it; null without good credentials.</summary>
    public static string? NameOf(ClaimsPrincipal principal) => principal.Identity is { IsAuthenticated: true } ? principal.Identity.Name : null;

    /// <summary><c>token</c> of a sign-in or <c>key</c>; null without good credentials.</summary>
    public static string? CredentialOf(ClaimsPrincipal principal) =>
        principal.Identity is not { IsAuthenticated: true } ? null : principal.HasClaim(claim => claim.Type == AccessTokens.SessionClaim) ? "token" : "key";
}
