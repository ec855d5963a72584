using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using WaPlatform.Gateway.Access;

namespace WaPlatform.Gateway.Keys;

/// <summary>Takes a key for a credential. Which requests have one, <see cref="Credential"/> decides.</summary>
internal sealed class KeyHandler(ApiKeys keys, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Credential.KeyOf(Context) is not { } text)
        {
            return AuthenticateResult.NoResult();
        }

        if (await keys.FindAsync(text, Context.RequestAborted) is not { } key)
        {
            return AuthenticateResult.Fail("The key is malformed, unknown, revoked or expired.");
        }

        // A hub connection ends by itself then.
        var properties = new AuthenticationProperties { ExpiresUtc = key.ExpiresAt };
        return AuthenticateResult.Success(new AuthenticationTicket(key.Principal, properties, SchemeName));
    }
}
