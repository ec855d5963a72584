using System.Net;
using System.Net.Http.Json;
using WaPlatform.Tests.Platform;
using static Microsoft.Playwright.Assertions;

namespace WaPlatform.Tests.Browser;

/// <summary>The console's files as they are served, and the fleet with a thousand numbers whose engines don't run.</summary>
[Collection(BrowserCollection.Name)]
public sealed class LargeFleetTests(Chromium chromium)
{
    private const int Numbers = 1000;

    // What the issue allows is three seconds; a busy test machine gets more.
    private const float Interactive = 20_000;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ThousandNumbers_AreThereScrollAndCanBeSearched()
    {
        await using var platform = await StandaloneProcess.StartAsync(new StandaloneStart().With("API_RATE_LIMIT", "0"), CancellationToken);
        await AssertServedAsync(platform);
        await Parallel.ForAsync(0, Numbers, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = CancellationToken }, async (number, cancellationToken) =>
        {
            using var answer = await platform.Client.PostAsJsonAsync(
                "/api/devices", new { phoneNumber = $"55119{number:00000000}", name = $"Shop {number}", autoStart = false }, cancellationToken);
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        });
        await using var console = await chromium.OpenAsync(platform.Address, "en-US", 1280, 900);
        var page = console.Page;
        await console.OpenAsync("/messages");
        await console.SignInAsync(platform.AdminPassword);

        await page.Locator("nav a[href='/']").ClickAsync();
        await Expect(page.Locator("[data-figure=total]")).ToHaveTextAsync("1,000", new() { Timeout = Interactive });
        await Expect(page.Locator("[data-device]").First).ToBeVisibleAsync();

        foreach (var part in new[] { 0.3, 0.6, 1, 0.5 })
        {
            await page.EvaluateAsync("part => window.scrollTo(0, (document.documentElement.scrollHeight - window.innerHeight) * part)", part);

            // Rows from the top of what is seen to its end, without a gap.
            await page.WaitForFunctionAsync("""
                () => {
                  const rows = [...document.querySelectorAll('tr[data-device]')].map(row => row.getBoundingClientRect()).filter(box => box.bottom > 100 && box.top < innerHeight);
                  return rows.length > 5 && rows[0].top <= 160 && rows.at(-1).bottom >= Math.min(innerHeight, document.querySelector('table').getBoundingClientRect().bottom) - 1;
                }
                """);
        }

        await page.Locator("[data-search] input, input[data-search]").FillAsync("Shop 77");
        await Expect(page.Locator("[data-device]")).ToHaveCountAsync(11);
        await page.Keyboard.PressAsync("Escape");
        await console.AssertAccessibleAsync("large fleet");
        await console.AssertCleanAsync(platform.Client);
    }

    private static async Task AssertServedAsync(StandaloneProcess platform)
    {
        using var client = platform.CreateClient();
        foreach (var path in new[] { "/", "/index.html", "/devices/5511999999999", "/messages/0197", "/system" })
        {
            using var page = await client.GetAsync(new Uri(path, UriKind.Relative), CancellationToken);
            Assert.Equal((HttpStatusCode.OK, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
            var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("script-src 'self' 'wasm-unsafe-eval';", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>", await page.Content.ReadAsStringAsync(CancellationToken), StringComparison.Ordinal);
        }

        foreach (var path in new[] { "/_framework/blazor.webassembly.js", "/_content/MudBlazor/MudBlazor.min.css", "/js/session.js" })
        {
            using var file = await client.GetAsync(new Uri(path, UriKind.Relative), CancellationToken);
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
        }

        // The console's page answers for its own addresses, and for nothing else.
        foreach (var path in new[] { "/api/nothing", "/api/devices", "/proxy/whatsapp/5511999999999/app/status", "/hubs/nothing", "/hangfire", "/devices", "/nothing" })
        {
            using var refused = await client.GetAsync(new Uri(path, UriKind.Relative), CancellationToken);
            Assert.True(refused.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.NotFound, $"{path}: {refused.StatusCode}");
            Assert.NotEqual("text/html", refused.Content.Headers.ContentType?.MediaType);
        }
    }
}
