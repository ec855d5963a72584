using Microsoft.AspNetCore.Authorization;
using WaPlatform.Gateway.Dashboard;

namespace WaPlatform.Gateway.Access;

/// <summary>The authorization policies: one of each scope, under its name, and these. Every endpoint names one or is public.</summary>
internal static class Policies
{
    /// <summary>Anybody with a credential.</summary>
    public const string Anybody = "anybody";

    /// <summary>Somebody who signed in with a password.</summary>
    public const string User = "user";

    /// <summary>The scope admin, also of a key that is limited to devices: it may make, see and revoke keys of those.</summary>
    public const string Keys = "keys";

    /// <summary>The scope admin, also by the dashboard's cookie.</summary>
    public const string Dashboard = "dashboard";

    public static void AddTo(AuthorizationOptions options)
    {
        // A path that says nothing about itself is not open.
        options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();
        options.AddPolicy(Anybody, policy => policy.RequireAuthenticatedUser());
        options.AddPolicy(User, policy => policy.RequireAuthenticatedUser().RequireClaim(AccessTokens.SessionClaim));
        options.AddPolicy(Keys, policy => policy.RequireAuthenticatedUser().RequireClaim(Scopes.ClaimType, Scopes.Admin));
        options.AddPolicy(Dashboard, policy => RequireAdmin(policy.AddAuthenticationSchemes(DashboardCookie.Scheme, Credential.Scheme)));
        foreach (var scope in Scopes.All.Remove(Scopes.Admin))
        {
            options.AddPolicy(scope, policy => policy.RequireAuthenticatedUser().RequireClaim(Scopes.ClaimType, scope));
        }

        options.AddPolicy(Scopes.Admin, policy => RequireAdmin(policy));
    }

    // What administrators do concerns the whole installation: whoever is limited to some of its devices must not.
    private static void RequireAdmin(AuthorizationPolicyBuilder policy) => policy.RequireAuthenticatedUser()
        .RequireClaim(Scopes.ClaimType, Scopes.Admin)
        .RequireAssertion(static context => DeviceAccess.Of(context.User).Only is null);
}
