using WaPlatform.Gateway.Edge;

namespace WaPlatform.Gateway.WebConsole;

/// <summary>What a browser may do with the console's pages.</summary>
internal static class ConsolePolicy
{
    /// <summary>
    /// Scripts only from files of the platform; 'wasm-unsafe-eval' lets WebAssembly be compiled, not text be run. Styles may be inline, because
    /// MudBlazor writes its theme and the places of its pop-ups that way and can give neither a nonce nor a hash. Pictures may be data: QR codes are.
    /// </summary>
    private const string Text =
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "manifest-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public static readonly ContentPolicy Page = new(static _ => Text);
}
