using System.Diagnostics;
using System.Globalization;
using WaPlatform.Tests.Platform;
using static Microsoft.Playwright.Assertions;

namespace WaPlatform.Tests.Browser;

/// <summary>What a person does with one number, in whatever language and width.</summary>
internal static class NumberSteps
{
    public const string Phone = "5511999990801";
    public const string Friend = "5511888888888";

    extension(ConsolePage console)
    {
        public async Task RegisterAndScanAsync()
        {
            await console.SeesTextAsync(console.Say("Fleet.EmptyTitle"));
            await console.LookAsync("fleet-empty");

            await console.DoAsync("register");
            await console.Find("input[name=phone]").FillAsync("+55 11 99999-0801");
            await console.Find("input[name=device-name]").FillAsync("Front desk");
            await console.LookAsync("register");
            await console.DoAsync("save");

            await console.SeesAsync("img[data-qr]");
            await console.LookAsync("connect");
            await console.DoAsync("scan");
            await console.SeesAsync("[data-connect=connected]");
            await console.DoAsync("close");

            await Expect(console.Find("h1")).ToHaveTextAsync("Front desk");
            await console.SeesAsync(".wa-now [data-state=connected]");
            await console.SeesAsync("[data-banner=simulator]");
            await console.SeesAsync("[data-list=history] [data-state=pairing]");
            await console.SeesAsync("[data-fact=pid]");
            await console.LookAsync("device");
        }

        public async Task SendAndReadAsync()
        {
            await console.TabAsync("Device.Send");
            await console.Find("input[name=to]").FillAsync(Friend);
            await console.Find("textarea[name=message]").FillAsync("Good morning");
            await console.DoAsync("send");
            await console.SeesAsync("[data-list=sent] [data-status=delivered]");
            await console.LookAsync("send");

            await console.TabAsync("Device.Phone");
            await console.Find("[data-list=receipts] [data-act=read]").First.ClickAsync();
            await console.SeesAsync("[data-list=receipts] [data-status=read]");
            await console.LookAsync("phone");

            await console.TabAsync("Device.Send");
            await console.Find("[data-list=sent] a").First.ClickAsync();
            await console.SeesAsync("[data-list=timeline] [data-hop=read]");
            await console.DoAsync("curl");
            await console.SeesTextAsync(console.Say("Copied.Curl"));
            Assert.Contains("$TOKEN", await console.Page.EvaluateAsync<string>("navigator.clipboard.readText()"), StringComparison.Ordinal);
            await console.LookAsync("message");
        }

        public async Task FollowLogsAsync()
        {
            await console.Find($"a[href='/devices/{Phone}']").First.ClickAsync();
            await console.TabAsync("Device.Logs");
            await console.SeesAsync("[data-list=logs][data-following=true] .wa-log");

            // What happens to the phone meanwhile comes by itself.
            await console.TabAsync("Device.Phone");
            await console.Find("input[name=incoming-text]").FillAsync("Hello back");
            await console.DoAsync("incoming");
            await console.SeesTextAsync(console.Say("Phone.DidReceive"));
            await console.TabAsync("Device.Logs");
            await console.SeesAsync(".wa-log:has-text('Forwarding message')");
            await console.LookAsync("logs");
        }

        public async Task PauseAndResumeAsync()
        {
            await console.TabAsync("Device.Queue");
            await console.DoAsync("pause");
            await console.SeesAsync("[data-paused=true]");
            await console.LookAsync("queue");
            await console.DoAsync("resume");
            await console.SeesAsync("[data-paused=false]");
            await console.TabAsync("Device.Settings");
            await console.LookAsync("settings");
        }

        /// <summary>The engine is killed from outside; the page shows how it comes back.</summary>
        public async Task KillAndRecoverAsync()
        {
            await console.TabAsync("Device.Overview");
            var pid = await console.Find("[data-fact=pid]").InnerTextAsync();
            using (var engine = Process.GetProcessById(int.Parse(pid, CultureInfo.InvariantCulture)))
            {
                engine.Kill();
            }

            await console.SeesAsync("[data-list=history] [data-state=backing_off]");
            await console.SeesAsync(".wa-now [data-state=connected]");
            await Expect(console.Find("[data-fact=pid]")).Not.ToHaveTextAsync(pid);
            await console.IsLiveAsync();
        }

        public async Task WorkOnManyAsync()
        {
            await console.GoAsync("/");
            await console.SeesAsync($"[data-device='{Phone}'] [data-state=connected]");
            await console.LookAsync("fleet");
            await console.Page.Keyboard.PressAsync("/");
            await console.Page.Keyboard.TypeAsync("no such number");
            await Expect(console.Find("[data-device]")).ToHaveCountAsync(0);
            await console.Page.GetByText(console.Say("Fleet.ShowAll")).ClickAsync();
            await console.Find($"[data-device='{Phone}'] input[type=checkbox]").CheckAsync();
            await console.Find("[data-bulk-act=pause]").ClickAsync();
            await console.SeesAsync("[data-bulk=over]");
            await console.DoAsync("undo");
            await Expect(console.Find("[data-bulk=over]")).ToContainTextAsync(console.Say("Bulk.Resume"));
            await console.LookAsync("bulk");
        }

        public async Task SearchMessagesAsync()
        {
            await console.GoAsync("/messages");
            await console.SeesAsync("[data-message] [data-status=read]");
            await console.Find("input[name=recipient]").FillAsync("5511000000001");
            await console.Find("form[role=search] button[type=submit]").ClickAsync();
            await console.SeesTextAsync(console.Say("Messages.EmptyTitle"));
            await console.Find("input[name=recipient]").FillAsync(Friend);
            await console.Find("form[role=search] button[type=submit]").ClickAsync();
            await console.SeesAsync("[data-message] [data-status=read]");
            await console.LookAsync("messages");
        }

        /// <param name="platform">Lets a message arrive while the page is looked at.</param>
        public async Task WatchEventsAsync(StandaloneProcess platform, CancellationToken cancellationToken)
        {
            await console.GoAsync("/events");
            await console.DoAsync("history");
            await console.SeesAsync("[data-list=events] [data-event='device.state_changed']");
            await console.DoAsync("pause");
            await platform.ControlAsync(Phone, "incoming", new { from = Friend, text = "While paused" }, cancellationToken);
            await Expect(console.Act("pause")).ToContainTextAsync("1");
            await console.DoAsync("pause");
            await console.SeesAsync("[data-list=events] [data-event^='message']:has-text('While paused')");
            await console.Find("[data-list=events] [data-event^='message']:has-text('While paused')").First.ClickAsync();
            await Expect(console.Find(".wa-json")).ToContainTextAsync(Phone);
            await console.LookAsync("events");
        }
    }
}
