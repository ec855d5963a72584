using Microsoft.Playwright;
using WaPlatform.Tests.Platform;
using static Microsoft.Playwright.Assertions;

namespace WaPlatform.Tests.Browser;

/// <summary>What a newcomer does with the console and the simulator, in a real browser against the real platform.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ConsoleStoryTests(Chromium chromium)
{
    private const string Phone = "5511999990801";
    private const string Friend = "5511888888888";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Newcomer_OnADesktopInEnglish_PlaysTheWholeStory()
    {
        await using var platform = await StandaloneProcess.StartAsync(new StandaloneStart().With("API_RATE_LIMIT", "0"), CancellationToken);
        await using var console = await chromium.OpenAsync(platform.Address, "en-US", 1280, 860);
        var page = console.Page;

        // The phone's scan and the crash cross with questions that are on their way.
        console.Tolerate($"409 GET /api/devices/{Phone}/qr");
        console.Tolerate("/_simulator/crash");

        await console.OpenAsync("/");
        await Expect(page.GetByLabel("User name")).ToBeVisibleAsync();
        await console.AssertAccessibleAsync("sign-in");
        await console.ShootAsync("sign-in");
        await console.SignInAsync(platform.AdminPassword);

        await RegisterAndScanAsync(console);
        await SendAndReadAsync(console);
        await BreakAndRecoverAsync(console);
        await SeeTheRestAsync(console);

        await page.GetByRole(AriaRole.Button, new() { Name = "Signed in as admin" }).ClickAsync();
        await page.GetByText("Sign out").ClickAsync();
        await Expect(page.GetByLabel("User name")).ToBeVisibleAsync();
        Assert.Null(await page.EvaluateAsync<string?>("sessionStorage.getItem('waplatform.session')"));
        await console.AssertCleanAsync(platform.Client);
    }

    [Fact]
    public async Task Console_OnAPhoneInPortuguese_ShowsEveryScreen()
    {
        await using var platform = await StandaloneProcess.StartAsync(new StandaloneStart().With("API_RATE_LIMIT", "0"), CancellationToken);
        await platform.PairAsync(Phone, CancellationToken);
        await using var console = await chromium.OpenAsync(platform.Address, "pt-BR", 390, 844, dark: true);

        await console.OpenAsync("/");
        await Expect(console.Page.GetByLabel("Usuário")).ToBeVisibleAsync();
        await console.SignInAsync(platform.AdminPassword);
        await Expect(console.Page.Locator($"[data-device='{Phone}'] [data-state=connected]")).ToBeVisibleAsync();
        foreach (var (path, title, shot) in new[]
        {
            ("/", "Números", "phone-fleet"), ("/messages", "Mensagens", "phone-messages"), ("/events", "Eventos", "phone-events"), ("/webhooks", "Webhooks", "phone-webhooks"),
            ("/access", "Acesso", "phone-access"), ("/system", "Sistema", "phone-system"),
        })
        {
            await console.GoAsync(path);
            await Expect(console.Page.Locator("h1")).ToHaveTextAsync(title);
            await Expect(console.Page.Locator(".wa-loading")).ToHaveCountAsync(0);
            await console.AssertFitsAsync(path);
            await console.AssertAccessibleAsync(shot);
            await console.ShootAsync(shot);
        }

        await console.OpenAsync($"/devices/{Phone}");
        foreach (var tab in new[] { "Visão geral", "Enviar", "Fila", "Logs", "Telefone", "Configurações" })
        {
            await console.Page.GetByRole(AriaRole.Tab, new() { Name = tab }).ClickAsync();
            await Expect(console.Page.GetByRole(AriaRole.Tab, new() { Name = tab })).ToHaveAttributeAsync("aria-selected", "true");
            await console.AssertFitsAsync(tab);
            await console.AssertAccessibleAsync(tab);
        }

        await console.ShootAsync("phone-device");
        await console.AssertCleanAsync(platform.Client);
    }

    private static async Task RegisterAndScanAsync(ConsolePage console)
    {
        var page = console.Page;
        await Expect(page.GetByText("No number yet")).ToBeVisibleAsync();
        await console.AssertAccessibleAsync("empty fleet");
        await console.ShootAsync("fleet-empty");

        await console.Act("register").ClickAsync();
        await page.Locator("input[name=phone]").FillAsync("+55 11 99999-0801");
        await page.Locator("input[name=device-name]").FillAsync("<b>Front desk</b>");
        await console.Act("save").ClickAsync();

        var code = page.Locator("img[data-qr]");
        await Expect(code).ToBeVisibleAsync();
        await console.AssertAccessibleAsync("connect");
        await console.ShootAsync("connect");
        await console.Act("scan").ClickAsync();
        await Expect(page.Locator("[data-connect=connected]")).ToBeVisibleAsync();
        await console.Act("close").ClickAsync();

        // A name is text, whatever it looks like.
        await Expect(page.Locator("h1")).ToHaveTextAsync("<b>Front desk</b>");
        await Expect(page.Locator(".wa-now [data-state=connected]")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-banner=simulator]")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-list=history] [data-state=pairing]").First).ToBeVisibleAsync();
        await console.AssertAccessibleAsync("device");
        await console.ShootAsync("device");
    }

    private static async Task SendAndReadAsync(ConsolePage console)
    {
        var page = console.Page;
        await Tab(page, "Send").ClickAsync();
        await page.Locator("input[name=to]").FillAsync(Friend);
        await page.Locator("textarea[name=message]").FillAsync("<img src=x onerror=alert(1)>");
        await console.Act("send").ClickAsync();
        await Expect(page.Locator("[data-list=sent] [data-status=delivered]")).ToBeVisibleAsync();

        await Tab(page, "Phone").ClickAsync();
        await page.Locator("[data-list=receipts] [data-act=read]").First.ClickAsync();
        await Expect(page.Locator("[data-list=receipts] [data-status=read]")).ToBeVisibleAsync();
        await page.Locator("input[name=incoming-text]").FillAsync("Hello back");
        await console.Act("incoming").ClickAsync();
        await Expect(page.GetByText("A message arrived.")).ToBeVisibleAsync();
        await console.AssertAccessibleAsync("phone");
        await console.ShootAsync("simulated-phone");

        await Tab(page, "Send").ClickAsync();
        await page.Locator("[data-list=sent] a").First.ClickAsync();
        await Expect(page.Locator("[data-list=timeline] [data-hop=read]")).ToBeVisibleAsync();
        await console.Act("curl").ClickAsync();
        Assert.Contains("$TOKEN", await page.EvaluateAsync<string>("navigator.clipboard.readText()"), StringComparison.Ordinal);
        await console.AssertAccessibleAsync("message");
        await console.ShootAsync("message");
    }

    private static async Task BreakAndRecoverAsync(ConsolePage console)
    {
        var page = console.Page;
        await page.Locator($"a[href='/devices/{Phone}']").First.ClickAsync();
        await Tab(page, "Logs").ClickAsync();
        await Expect(page.Locator("[data-list=logs][data-following=true] .wa-log").First).ToBeVisibleAsync();
        await console.AssertAccessibleAsync("logs");
        await console.ShootAsync("logs");

        await Tab(page, "Queue").ClickAsync();
        await console.Act("pause").ClickAsync();
        await Expect(page.Locator("[data-paused=true]")).ToBeVisibleAsync();
        await console.AssertAccessibleAsync("queue");
        await console.ShootAsync("queue");
        await console.Act("resume").ClickAsync();
        await Expect(page.Locator("[data-paused=false]")).ToBeVisibleAsync();

        await Tab(page, "Phone").ClickAsync();
        await page.Locator("[data-fault=Crash]").ClickAsync();
        await Tab(page, "Overview").ClickAsync();
        await Expect(page.Locator("[data-list=history] [data-state=backing_off]").First).ToBeVisibleAsync();
        await Expect(page.Locator(".wa-now [data-state=connected]")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-fact=restarts]")).Not.ToHaveTextAsync("0");
        await console.IsLiveAsync();
    }

    private static async Task SeeTheRestAsync(ConsolePage console)
    {
        var page = console.Page;
        await console.GoAsync("/");
        await Expect(page.Locator($"[data-device='{Phone}'] [data-state=connected]")).ToBeVisibleAsync();
        await console.ShootAsync("fleet");
        await page.Locator($"[data-device='{Phone}'] input[type=checkbox]").CheckAsync();
        await page.Locator("[data-bulk-act=pause]").ClickAsync();
        await Expect(page.Locator("[data-bulk=over]")).ToBeVisibleAsync();
        await console.Act("undo").ClickAsync();
        await Expect(page.Locator("[data-bulk=over]")).ToContainTextAsync("Resume queue");

        await console.GoAsync("/messages");
        await Expect(page.Locator("[data-message] [data-status=read]")).ToBeVisibleAsync();
        await console.AssertAccessibleAsync("messages");
        await console.ShootAsync("messages");

        await console.GoAsync("/events");
        await page.EvaluateAsync("""
            async ([phone, from]) => fetch(`/proxy/whatsapp/${phone}/_simulator/incoming`, { method: 'POST', headers: {
              Authorization: `Bearer ${JSON.parse(sessionStorage.getItem('waplatform.session')).token}`, 'Content-Type': 'application/json' }, body: JSON.stringify({ from, text: 'Again' }) })
            """, new[] { Phone, Friend });
        await page.Locator("[data-list=events] [data-event^=message]").First.ClickAsync();
        await Expect(page.Locator(".wa-json")).ToContainTextAsync(Phone);
        await console.AssertAccessibleAsync("events");
        await console.ShootAsync("events");

        foreach (var screen in new[] { "/webhooks", "/access", "/system" })
        {
            await console.GoAsync(screen);
            await Expect(page.Locator(".wa-loading")).ToHaveCountAsync(0);
            await console.AssertAccessibleAsync(screen);
            await console.ShootAsync(screen.Trim('/'));
        }

        await Expect(page.Locator("[data-host=alive]")).ToBeVisibleAsync();
    }

    private static ILocator Tab(IPage page, string name) => page.GetByRole(AriaRole.Tab, new() { Name = name, Exact = true });
}
