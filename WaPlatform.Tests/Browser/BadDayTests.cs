using System.Text.RegularExpressions;
using Microsoft.Playwright;
using WaPlatform.Tests.Platform;
using WaPlatform.Tests.Webhooks;
using static Microsoft.Playwright.Assertions;

namespace WaPlatform.Tests.Browser;

/// <summary>Nothing goes as it should: what the console shows of it, and what it offers.</summary>
[Collection(BrowserCollection.Name)]
public sealed class BadDayTests(Chromium chromium)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Operator_SeesWhatIsWrongAndPutsItRight()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer("/hook", 503);
        await using var platform = await StandaloneProcess.StartAsync(new StandaloneStart().With("Webhooks__AllowedHosts", "127.0.0.1"), CancellationToken);
        await using var console = await chromium.OpenAsync(platform.Address, "en-US", 1280, 860);

        // The phone's scan crosses with the question for the next code.
        console.Tolerate($"409 GET /api/devices/{NumberSteps.Phone}/qr");
        await console.Page.GotoAsync("/");
        await console.SignInAsync("admin", platform.AdminPassword);

        await LinkByCodeAsync(console);
        await CancelAsync(console);
        await RetryAsync(console, platform);
        await MendAWebhookAsync(console, receiver);
        await DrainAsync(console);
        console.AssertClean();

        // From here on the platform is away now and then.
        foreach (var fault in new[] { "net::ERR_", "WebSocket", "/hubs/", "503 ", "401 " })
        {
            console.Tolerate(fault);
        }

        await RestoreAsync(console, platform);
        await LoseThePlatformAsync(console, platform);
        console.AssertClean();
    }

    private static async Task LinkByCodeAsync(ConsolePage console)
    {
        await console.DoAsync("register");
        await console.Find("input[name=phone]").FillAsync(NumberSteps.Phone);
        await console.DoAsync("save");
        await console.SeesAsync("img[data-qr]");
        await console.TabAsync("Connect.Code");
        await console.DoAsync("pairing-code");
        await Expect(console.Find("[data-pairing-code]")).ToHaveTextAsync(new Regex("^[1-9A-Z]{4}-[1-9A-Z]{4}$"));
        await console.LookAsync("pairing-code");
        await console.DoAsync("scan");
        await console.SeesAsync("[data-connect=connected]");
        await console.DoAsync("close");
        await console.SeesAsync(".wa-now [data-state=connected]");
    }

    private static async Task CancelAsync(ConsolePage console)
    {
        await console.TabAsync("Device.Queue");
        await console.DoAsync("pause");
        await console.SeesAsync("[data-paused=true]");
        await WriteAsync(console, "not yet");
        await console.Find("[data-list=sent] li:has([data-status=queued]) a").ClickAsync();
        await console.DoAsync("cancel");
        await console.SeesAsync(".wa-head [data-status=canceled]");
        await Expect(console.Act("cancel")).ToHaveCountAsync(0);

        await console.Find($"a[href='/devices/{NumberSteps.Phone}']").First.ClickAsync();
        await console.TabAsync("Device.Queue");
        await console.DoAsync("resume");
        await console.SeesAsync("[data-paused=false]");
    }

    /// <summary>Nobody can tell whether it was sent, so nobody but a person may send it again.</summary>
    private static async Task RetryAsync(ConsolePage console, StandaloneProcess platform)
    {
        await platform.ControlAsync(
            NumberSteps.Phone, "sends", new { mode = "error", status = 504, code = "GATEWAY_TIMEOUT", message = "Request timed out waiting for WhatsApp server response", count = 1 }, CancellationToken);
        await WriteAsync(console, "perhaps");
        await console.Find("[data-list=sent] li:has([data-status=uncertain]) a").ClickAsync();
        await console.LookAsync("uncertain");
        await console.DoAsync("retry");
        await console.ConfirmAsync();
        await console.SeesAsync(".wa-head [data-status=delivered]");
    }

    private static async Task MendAWebhookAsync(ConsolePage console, Receiver receiver)
    {
        await console.GoAsync("/webhooks");
        await console.AddWebhookAsync(receiver.Url("/hook"));
        await console.DoAsync("replay");
        await console.DoAsync("replay-begin");
        await console.SeesAsync(".wa-head [data-status=failing]");
        await console.SeesAsync("[data-delivery=pending]");
        await console.LookAsync("webhook-failing");

        receiver.Answer("/hook", 200);
        await console.DoAsync("redeliver");
        await console.SeesAsync(".wa-head [data-status=active]");
        await console.SeesAsync("[data-delivery=delivered]");
    }

    private static async Task DrainAsync(ConsolePage console)
    {
        await console.GoAsync("/system");
        await console.SeesAsync("[data-host=alive]");
        await ClickAsync(console, "Hosts.Drain");
        await console.ConfirmAsync();
        await console.SeesAsync("[data-host=draining]");
        await console.LookAsync("draining");
        await ClickAsync(console, "Hosts.Resume");
        await console.SeesAsync("[data-host=alive]");
    }

    private static async Task RestoreAsync(ConsolePage console, StandaloneProcess platform)
    {
        await console.TabAsync("Backups.Title");
        await console.DoAsync("backup");
        await console.SeesAsync("[data-backup=completed]");
        await ClickAsync(console, "Backups.Restore");
        await Expect(console.Find("[data-confirm=yes]")).ToBeDisabledAsync();
        await console.Find("[data-confirm=word]").FillAsync(await WordAsync(console));
        await console.ConfirmAsync();
        await console.SeesAsync("[data-form=sign-in]");
        await console.SignInAsync("admin", platform.AdminPassword);
        await console.GoAsync("/system");
        await console.TabAsync("Backups.Title");
        await console.SeesAsync("[data-operation='restore:completed']");
    }

    private static async Task LoseThePlatformAsync(ConsolePage console, StandaloneProcess platform)
    {
        await console.GoAsync("/");
        await platform.KillAsync(CancellationToken);
        await console.SeesAsync("[data-live=lost]");
        await console.SeesTextAsync(console.Say("Live.Stale").Split("{0}")[0].Trim());
        await console.LookAsync("lost");
        await platform.RestartAsync(CancellationToken);
        await console.IsLiveAsync();
        await console.SeesAsync($"[data-device='{NumberSteps.Phone}'] [data-state=connected]");
    }

    private static async Task WriteAsync(ConsolePage console, string text)
    {
        await console.TabAsync("Device.Send");
        await console.Find("input[name=to]").FillAsync(NumberSteps.Friend);
        await console.Find("textarea[name=message]").FillAsync(text);
        await console.DoAsync("send");
    }

    private static Task ClickAsync(ConsolePage console, string word) => console.Page.GetByRole(AriaRole.Button, new() { Name = console.Say(word), Exact = true }).ClickAsync();

    // The dialog says what to type.
    private static async Task<string> WordAsync(ConsolePage console) =>
        Regex.Match(await console.Page.GetByRole(AriaRole.Dialog).InnerTextAsync(), console.Say("Confirm.Type").Replace("{0}", "(\\S+)", StringComparison.Ordinal)).Groups[1].Value;
}
