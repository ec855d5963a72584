using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using WaPlatform.Data;

namespace WaPlatform.Gateway.Access;

/// <summary>Looks at the credentials of a request that lasts, again: its token may have expired, its session have ended, its rights be others.</summary>
internal static class StandingCaller
{
    /// <summary>How long what is no longer allowed may go on.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <returns>False if the caller may not do that any more, or no longer with the same devices.</returns>
    public static async Task<bool> StandsAsync(HttpContext context, string policy)
    {
        if (context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Ticket?.AuthenticationScheme is not { } scheme)
        {
            return false;
        }

        // A handler remembers its answer for the whole request, so it takes another one.
        await using var scope = context.RequestServices.CreateAsyncScope();
        try
        {
            return await scope.ServiceProvider.GetRequiredService<IAuthenticationHandlerProvider>().GetHandlerAsync(context, scheme) is { } handler
                && await handler.AuthenticateAsync() is { Succeeded: true, Principal: var caller }
                && (await scope.ServiceProvider.GetRequiredService<IAuthorizationService>().AuthorizeAsync(caller, policy)).Succeeded
                && DevicesOf(caller).SetEquals(DevicesOf(context.User));
        }
        catch (Exception exception) when (exception.IsDatabaseUnavailable())
        {
            // Nobody knows; it was right a moment ago.
            return true;
        }
    }

    private static HashSet<string> DevicesOf(ClaimsPrincipal caller) => [.. caller.FindAll(DeviceAccess.ClaimType).Select(claim => claim.Value)];
}
