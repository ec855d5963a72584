using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Edge;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Dashboard;

internal static class DashboardEndpoints
{
    public const string Path = "/hangfire";

    public static WebApplicationBuilder AddDashboard(this WebApplicationBuilder builder)
    {
        // The cookie of one gateway must be good at the others.
        builder.AddWaSecrets();
        builder.AddWaJobStorage();
        builder.Services.AddSingleton<DashboardPages>();

        // Hangfire asks for it: a form of its pages counts only with the token that came with the page.
        builder.Services.AddAntiforgery();
        return builder;
    }

    public static void MapDashboard(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/auth/dashboard-session", OpenDashboard).WithTags("Auth").WithMetadata(BodyLimit.Json).RequireAuthorization(Scopes.Admin);
        routes.Map($"{Path}/{{**path}}", (HttpContext context, DashboardPages pages) => pages.ServeAsync(context))
            .WithMetadata(BodyLimit.Json, ContentPolicy.Dashboard)
            .RequireAuthorization(Policies.Dashboard)
            .ExcludeFromDescription();
    }

    /// <summary>Lets the caller's browser into the dashboard of the jobs, /hangfire, for half an hour: the answer sets a cookie for it.</summary>
    internal static async Task<Ok<DashboardView>> OpenDashboard(HttpContext context, ClaimsPrincipal caller, TimeProvider timeProvider)
    {
        var end = timeProvider.GetUtcNow() + DashboardCookie.Life;
        await context.SignInAsync(DashboardCookie.Scheme, caller, new AuthenticationProperties { ExpiresUtc = end });
        return TypedResults.Ok(new DashboardView(Path, end));
    }
}

/// <param name="Url">Where the dashboard is.</param>
/// <param name="ExpiresAt">When the browser has to be let in anew.</param>
internal sealed record DashboardView(string Url, DateTimeOffset ExpiresAt);
