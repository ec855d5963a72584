using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;
using WaPlatform.Gateway.Access;

namespace WaPlatform.Gateway.Dashboard;

/// <summary>
/// Lets a browser into the dashboard of the jobs, whose pages can't send a token: a cookie that lasts for half an hour, is sent to nothing else, never by
/// a page of another site, and is void as soon as the session or the key that asked for it is.
/// </summary>
internal sealed class DashboardCookie(Standing standing) : IConfigureNamedOptions<CookieAuthenticationOptions>
{
    public const string Scheme = "Dashboard";

    public static readonly TimeSpan Life = TimeSpan.FromMinutes(30);

    public void Configure(CookieAuthenticationOptions options)
    {
    }

    public void Configure(string? name, CookieAuthenticationOptions options)
    {
        if (name != Scheme)
        {
            return;
        }

        options.Cookie.Name = "wa-dashboard";
        options.Cookie.Path = DashboardEndpoints.Path;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = Life;
        options.SlidingExpiration = false;
        options.Events = new CookieAuthenticationEvents
        {
            OnValidatePrincipal = ValidateAsync,

            // There is no page to sign in at.
            OnRedirectToLogin = static context => SetStatus(context, StatusCodes.Status401Unauthorized),
            OnRedirectToAccessDenied = static context => SetStatus(context, StatusCodes.Status403Forbidden),
        };
    }

    private async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        if (!await standing.HoldsAsync(context.Principal!, context.HttpContext.RequestAborted))
        {
            context.RejectPrincipal();
        }
    }

    private static Task SetStatus(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
