using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace WaPlatform.Gateway.Access;

/// <summary>How bearer tokens are read and checked.</summary>
internal sealed class JwtBearerSetup(AccessTokens tokens, Sessions sessions) : IConfigureNamedOptions<JwtBearerOptions>
{
    public void Configure(JwtBearerOptions options) => Configure(JwtBearerDefaults.AuthenticationScheme, options);

    public void Configure(string? name, JwtBearerOptions options)
    {
        options.MapInboundClaims = false;
        options.IncludeErrorDetails = false;
        options.TokenValidationParameters = tokens.Validation();
        options.Events = new JwtBearerEvents { OnMessageReceived = ReadQuery, OnTokenValidated = CheckSession };
    }

    private static Task ReadQuery(MessageReceivedContext context)
    {
        if (string.IsNullOrEmpty(context.Request.Headers.Authorization))
        {
            context.Token = QueryToken.Read(context.HttpContext);
        }

        return Task.CompletedTask;
    }

    private async Task CheckSession(TokenValidatedContext context)
    {
        var principal = context.Principal!;
        if (await sessions.FindAsync(principal, context.HttpContext.RequestAborted) is not { } user)
        {
            context.Fail("The session has ended.");
            return;
        }

        ((ClaimsIdentity)principal.Identity!).AddClaims(AccessTokens.ClaimsOf(user));
    }
}
