using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using WaPlatform.Gateway.Keys;

namespace WaPlatform.Gateway.Access;

/// <summary>
/// Which of a request's credentials counts: a bearer token, else <c>X-Api-Key</c>, else <c>?access_token=</c> where it is taken at all. The others
/// are not looked at, also if the one that counts is void. A key may stand wherever a token may: clients of the hub have one place for either.
/// </summary>
internal static class Credential
{
    /// <summary>The scheme that stands for both.</summary>
    public const string Scheme = "Caller";

    public const string KeyHeader = "X-Api-Key";

    private const string Bearer = "Bearer ";

    /// <returns>The text of the key, valid or not; null if the credential is no key.</returns>
    public static string? KeyOf(HttpContext context)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return KeyOrNull(authorization[Bearer.Length..].Trim());
        }

        return context.Request.Headers.TryGetValue(KeyHeader, out var key) ? key.ToString() : KeyOrNull(QueryToken.Read(context));
    }

    public static void Configure(PolicySchemeOptions options)
    {
        options.ForwardDefaultSelector = static context => KeyOf(context) is null ? JwtBearerDefaults.AuthenticationScheme : KeyHandler.SchemeName;

        // One answer for both: it names the scheme that a person would try.
        options.ForwardChallenge = JwtBearerDefaults.AuthenticationScheme;
        options.ForwardForbid = JwtBearerDefaults.AuthenticationScheme;
    }

    private static string? KeyOrNull(string? token) => token?.StartsWith(KeyText.Start, StringComparison.Ordinal) == true ? token : null;
}
