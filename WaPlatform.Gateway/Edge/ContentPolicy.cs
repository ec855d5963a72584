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

    /// <summary>For the pages of the jobs' dashboard: its own script and styles. It writes styles into its elements, and its icon is in the page.</summary>
    public static readonly ContentPolicy Dashboard = new(static _ =>
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
        + "frame-ancestors 'none'; base-uri 'none'; form-action 'self'");

    private static string Nonce(HttpContext context) =>
        context.Items[ScalarOptions.NonceHttpContextItemKey] is string nonce ? $" 'nonce-{nonce}'" : "";
}
