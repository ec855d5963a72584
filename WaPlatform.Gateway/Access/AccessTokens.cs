using System.Security.Claims;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using WaPlatform.Contracts;
using WaPlatform.Data.Access;

namespace WaPlatform.Gateway.Access;

/// <summary>Signed access tokens (JWT, HS256). Role and rights are not in them: those are read from the user's row.</summary>
internal sealed class AccessTokens(SigningKey key, IOptions<AccessOptions> options, TimeProvider timeProvider)
{
    public const string NameClaim = "name";
    public const string RoleClaim = "role";

    /// <summary>Id of the user's row.</summary>
    public const string UserClaim = JwtRegisteredClaimNames.Sub;

    /// <summary>The login (refresh token family) that the token came from.</summary>
    public const string SessionClaim = "sid";
    public const string StampClaim = "stamp";

    private const string Issuer = "waplatform";
    private const string Audience = "waplatform-api";

    // Only gateways of one installation make tokens, and their clocks are kept in step.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    public (string Token, DateTimeOffset ExpiresAt) Issue(User user, Guid session)
    {
        var now = timeProvider.GetUtcNow();
        var expires = now + options.Value.TokenLifetime;
        var token = _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = expires.UtcDateTime,
            SigningCredentials = new SigningCredentials(key.Key, SecurityAlgorithms.HmacSha256),
            Claims = new Dictionary<string, object>
            {
                [UserClaim] = user.Id.ToString(),
                [JwtRegisteredClaimNames.Jti] = Guid.NewGuid().ToString("N"),
                [SessionClaim] = session.ToString(),
                [StampClaim] = user.SecurityStamp,
            },
        });

        return (token, DateTimeOffset.FromUnixTimeSeconds(expires.ToUnixTimeSeconds()));
    }

    public TokenValidationParameters Validation() => new()
    {
        ValidIssuer = Issuer,
        ValidAudience = Audience,
        IssuerSigningKey = key.Key,

        // Pinned: a token does not choose how it is checked.
        ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        LifetimeValidator = (from, until, _, _) => IsAlive(from, until),
        NameClaimType = NameClaim,
        RoleClaimType = RoleClaim,
    };

    /// <summary>The claims of a token whose session was found good.</summary>
    public static IEnumerable<Claim> ClaimsOf(SessionUser user) =>
        Scopes.Of(user.Role).Select(scope => new Claim(Scopes.ClaimType, scope))
            .Append(new Claim(NameClaim, user.Username))
            .Append(new Claim(RoleClaim, WireJson.NameOf(user.Role)));

    private bool IsAlive(DateTime? from, DateTime? until)
    {
        var now = timeProvider.GetUtcNow().UtcDateTime;
        return until is { } end && now < end + ClockSkew && (from is not { } start || now >= start - ClockSkew);
    }
}
