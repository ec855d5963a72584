using Scalar.AspNetCore;

namespace WaPlatform.Gateway.Edge;

/// <summary>The Content-Security-Policy of an endpoint; one without gets <see cref="Strict"/>. No page has inline scripts, but those that carry the answer's nonce.</summary>
internal sealed record ContentPolicy(Func<HttpContext, string> Of)
{
    /// <summary>For answers that are no pages: a browser that shows one as a page loads and runs nothing.</summary>
    public const string Strict = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    /// <summary>For the page of the API's description: its own script, and nothing from elsewhere. It writes styles into its elements.</summary>
    public static readonly ContentPolicy Docs = new(static context =>
        $"default-src 'none'; script-src 'self'{Nonce(context)}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        + "connect-src 'self'; worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");

    private static string Nonce(HttpContext context) =>
        context.Items[ScalarOptions.NonceHttpContextItemKey] is string nonce ? $" 'nonce-{nonce}'" : "";
}
