using Microsoft.Playwright;

namespace WaPlatform.Tests.Browser;

/// <summary>Debian's Chromium, one for all browser tests; <c>WAPLATFORM_CHROMIUM</c> names another one.</summary>
public sealed class Chromium : IAsyncLifetime
{
    // No traffic of its own: a test machine may have no way out, and a request that fails would be one of the console's.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-proxy-server",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        var path = Environment.GetEnvironmentVariable("WAPLATFORM_CHROMIUM") is { Length: > 0 } other ? other : "/usr/bin/chromium";
        Assert.True(File.Exists(path), $"There is no Chromium at {path}: sudo apt-get install chromium, or set WAPLATFORM_CHROMIUM.");
        Assertions.SetDefaultExpectTimeout(ConsolePage.Patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Args = Arguments, Timeout = ConsolePage.Patience });
    }

    /// <summary>A browser that nobody used before, at a platform.</summary>
    public async Task<ConsolePage> OpenAsync(Uri address, string language, int width, int height, bool dark = false)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.AbsoluteUri,
            Locale = language,
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        context.SetDefaultTimeout(ConsolePage.Patience);
        return new ConsolePage(context, await context.NewPageAsync(), language, isPhone: width < 600);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
