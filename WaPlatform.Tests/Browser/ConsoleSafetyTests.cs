using System.Net;
using System.Net.Http.Json;
using System.Runtime.Versioning;
using WaPlatform.Tests.Platform;
using WaPlatform.Tests.Platform.Messages;
using WaPlatform.Tests.Simulator;
using static Microsoft.Playwright.Assertions;

namespace WaPlatform.Tests.Browser;

/// <summary>What comes from outside stays text, and the browser would not run it either.</summary>
[Collection(BrowserCollection.Name)]
[UnsupportedOSPlatform("windows")]
public sealed class ConsoleSafetyTests(Chromium chromium)
{
    // Runs in one of these ways wherever it gets into a page as markup.
    private const string Harm = "<img src=x onerror=window.harmed=1><script>window.harmed=1</script>";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NamesMessagesLogsAndEvents_WithMarkup_AreShownAsText()
    {
        var engine = Directory.CreateTempSubdirectory("wa-engine-");
        await using var platform = await StandaloneProcess.StartAsync(new StandaloneStart().With("ENGINE_PATH", WriteEngine(engine.FullName)), CancellationToken);
        await platform.PairAsync(NumberSteps.Phone, CancellationToken);
        using var named = await platform.Client.PatchAsJsonAsync($"/api/devices/{NumberSteps.Phone}", new { name = Harm }, CancellationToken);
        Assert.Equal(HttpStatusCode.OK, named.StatusCode);
        var message = await platform.AcceptAsync(new { from = NumberSteps.Phone, to = NumberSteps.Friend, message = Harm, tag = Harm }, CancellationToken);
        await platform.ControlAsync(NumberSteps.Phone, "incoming", new { from = NumberSteps.Friend, name = Harm, text = Harm }, CancellationToken);
        using var key = await platform.Client.PostAsJsonAsync("/api/keys", new { name = Harm, scopes = new[] { "messages:read" } }, CancellationToken);
        Assert.Equal(HttpStatusCode.Created, key.StatusCode);

        await using var console = await chromium.OpenAsync(platform.Address, "en-US", 1280, 860);
        var page = await console.Page.GotoAsync("/");
        Assert.StartsWith("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';", await page!.HeaderValueAsync("Content-Security-Policy"), StringComparison.Ordinal);
        await console.SignInAsync("admin", platform.AdminPassword);
        await ShowsAsync(console, $"[data-device='{NumberSteps.Phone}']");
        await console.Find($"[data-device='{NumberSteps.Phone}'] a").First.ClickAsync();
        await ShowsAsync(console, "h1");
        await console.TabAsync("Device.Logs");
        await ShowsAsync(console, ".wa-log");
        await console.TabAsync("Device.Settings");
        await console.DoAsync("remove");
        await console.SeesAsync("[data-confirm=word]");
        await console.Page.Keyboard.PressAsync("Escape");
        await console.GoAsync("/messages");
        await ShowsAsync(console, "[data-message]");
        await console.Find($"[data-message='{message}'] a").First.ClickAsync();
        await ShowsAsync(console, ".wa-facts");
        await console.GoAsync("/events");
        await console.DoAsync("history");
        await ShowsAsync(console, "[data-event^=message]");
        await console.Find("[data-event^=message]").Filter(new() { HasText = "onerror" }).First.ClickAsync();
        await ShowsAsync(console, ".wa-json");
        await console.GoAsync("/access");
        await console.TabAsync("Keys.Title");
        await ShowsAsync(console, "[data-key]");
        console.AssertClean();

        // And if one got through: nothing inline runs.
        await console.Page.EvaluateAsync("harm => document.getElementById('content').insertAdjacentHTML('beforeend', harm)", Harm);
        await console.Page.WaitForFunctionAsync("() => document.querySelector('img[src=x]').complete");
        await AssertUnharmedAsync(console);
        Directory.Delete(engine.FullName, recursive: true);
    }

    private static async Task ShowsAsync(ConsolePage console, string where)
    {
        await Expect(console.Find(where).Filter(new() { HasText = "<img src=x onerror=" }).First).ToBeVisibleAsync();
        await Expect(console.Find("img[src=x]")).ToHaveCountAsync(0);
        await AssertUnharmedAsync(console);
    }

    private static async Task AssertUnharmedAsync(ConsolePage console) => Assert.True(await console.Page.EvaluateAsync<bool>("window.harmed === undefined"));

    // Says it on both streams before it is the engine.
    private static string WriteEngine(string directory)
    {
        var path = Path.Combine(directory, "engine");
        File.WriteAllText(path, $"""
            #!/bin/sh
            echo '{Harm}'
            echo '{Harm}' >&2
            exec '{SimulatorBinary.Path}' "$@"

            """);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }
}
