using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace WaPlatform.Tests.Browser;

/// <summary>What holds for each screen, and its picture for the docs.</summary>
internal static class Screens
{
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("WAPLATFORM_SCREENSHOTS");

    // Those that the docs show.
    private static readonly string[] OnADesktop =
    [
        "sign-in", "fleet", "fleet-empty", "connect", "device", "send", "phone", "queue", "logs", "settings", "messages", "message", "events", "webhooks", "webhook",
        "access", "key", "keys", "audit", "system", "health", "rollout", "backups", "jobs", "pairing-code", "uncertain", "webhook-failing", "lost",
    ];

    private static readonly string[] OnAPhone = ["fleet", "connect", "device", "menu"];

    // What is said in passing would hide a part of the picture.
    private const string Passing = "#mud-snackbar-container { visibility: hidden }";

    // Through the driver, which no content policy stops; once for each page that is loaded.
    private const string Check = """
        async () => {
          const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
          const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] });
          return violations.filter(violation => ['serious', 'critical'].includes(violation.impact)).map(violation => `${violation.id} (${violation.help}) `
            + violation.nodes.slice(0, 5).map(node => `${node.html} ${node.any.map(check => check.message).join(' ')}`).join(' | '));
        }
        """;

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    // A word that is missing is shown as its key.
    private static readonly Regex Key = new($@"\b({string.Join('|', ConsoleWords.Kinds)})\.[A-Za-z_]+", RegexOptions.CultureInvariant);

    public static async Task AssertWordsAsync(IPage page, string screen)
    {
        var text = await page.Locator("body").InnerTextAsync();
        Assert.True(Key.Match(text) is { Success: false }, $"{screen} shows a key: {Key.Match(text)}");
    }

    // A table that is wider than its box is cut off, and can't be scrolled.
    public static async Task AssertFitsAsync(IPage page, string screen)
    {
        var excess = await page.EvaluateAsync<double>("""
            () => Math.max(document.documentElement.scrollWidth - document.documentElement.clientWidth,
              ...[...document.querySelectorAll('.wa-table')].map(table => table.getBoundingClientRect().right - table.parentElement.getBoundingClientRect().right))
            """);
        Assert.True(excess < 1, $"{screen} is {excess} pixels too wide.");
    }

    public static async Task AssertAccessibleAsync(IPage page, string screen)
    {
        if (!await page.EvaluateAsync<bool>("typeof axe === 'object'"))
        {
            await page.EvaluateAsync(Axe);
        }

        Assert.Empty((await page.EvaluateAsync<string[]>(Check)).Select(violation => $"{screen}: {violation}"));
    }

    /// <summary>Only if <c>WAPLATFORM_SCREENSHOTS</c> names a directory.</summary>
    public static async Task ShootAsync(IPage page, string screen, bool isPhone)
    {
        if (Pictures is { Length: > 0 } && (isPhone ? OnAPhone : OnADesktop).Contains(screen))
        {
            await page.Mouse.MoveAsync(0, 0);
            await page.ScreenshotAsync(new PageScreenshotOptions
            {
                Path = Path.Combine(Pictures, $"{(isPhone ? "phone-" : "")}{screen}.png"), Animations = ScreenshotAnimations.Disabled, Caret = ScreenshotCaret.Hide, Style = Passing,
            });
        }
    }
}
