using System.Net;
using System.Text.RegularExpressions;
using WaPlatform.Gateway.WebConsole;
using WaPlatform.Tests.Platform;

namespace WaPlatform.Tests.WebConsole;

/// <summary>The console as a platform serves it.</summary>
public sealed partial class ServedConsoleTests
{
    // More than an address may ask of the API in a minute.
    private const int Visits = 120;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Console_IsServedToEverybodyUnderItsPolicy()
    {
        await using var platform = await StandaloneProcess.StartSignedOutAsync(new StandaloneStart(), CancellationToken);
        using var client = platform.CreateClient();

        foreach (var route in ConsoleRoutes.All)
        {
            using var page = await client.GetAsync(new Uri(Parameter().Replace(route, "1"), UriKind.Relative), CancellationToken);
            AssertServed(page, "text/html");
            Assert.Contains("_framework/blazor.webassembly.js", await page.Content.ReadAsStringAsync(CancellationToken), StringComparison.Ordinal);
        }

        foreach (var (file, type) in new[] { ("_framework/blazor.webassembly.js", "text/javascript"), ("_content/MudBlazor/MudBlazor.min.css", "text/css"), ("js/session.js", "text/javascript") })
        {
            using var answer = await client.GetAsync(new Uri($"/{file}", UriKind.Relative), CancellationToken);
            AssertServed(answer, type);
        }

        for (var visit = 0; visit < Visits; visit++)
        {
            using var answer = await client.GetAsync(new Uri("/css/console.css", UriKind.Relative), CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        // There is no catch-all: a wrong path of the API is an error of the API.
        using var wrong = await client.GetAsync(new Uri("/api/nothing", UriKind.Relative), CancellationToken);
        Assert.NotEqual("text/html", wrong.Content.Headers.ContentType?.MediaType);
        Assert.False(wrong.IsSuccessStatusCode);
    }

    private static void AssertServed(HttpResponseMessage answer, string type)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self' 'wasm-unsafe-eval';", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Parameter();
}
