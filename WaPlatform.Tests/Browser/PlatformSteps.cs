using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using WaPlatform.Tests.Platform;
using WaPlatform.Tests.Webhooks;
using static Microsoft.Playwright.Assertions;

namespace WaPlatform.Tests.Browser;

/// <summary>What an administrator does with the platform, in whatever language and width.</summary>
internal static class PlatformSteps
{
    public const string Viewer = "ana";
    public const string ViewerPassword = "a long enough password";

    extension(ConsolePage console)
    {
        public async Task PostToAReceiverAsync(Receiver receiver)
        {
            await console.GoAsync("/webhooks");
            await console.SeesTextAsync(console.Say("Webhooks.EmptyTitle"));
            await console.AddWebhookAsync(receiver.Url("/hook"));

            await console.DoAsync("test");
            await console.SeesAsync("[data-delivery=delivered]");
            var before = (await receiver.WaitForAsync("/hook", 1)).Count;

            await console.DoAsync("replay");
            await console.LookAsync("replay");
            await console.DoAsync("replay-begin");
            await receiver.WaitForAsync("/hook", before + 2);
            await Expect(console.Find("[data-delivery=delivered]").Nth(2)).ToBeVisibleAsync();
            await console.LookAsync("webhook");
            await console.Find(".wa-back a").ClickAsync();
            await console.SeesAsync("td [data-status=active]");
            await console.LookAsync("webhooks");
        }

        /// <summary>Adds a webhook on their page, and goes to its own.</summary>
        public async Task AddWebhookAsync(string url)
        {
            await console.DoAsync("add");
            await console.Find("input[name=url]").FillAsync(url);
            await console.LookAsync("webhook-add");
            await console.DoAsync("save");
            await Expect(console.Find("[data-made=secret]")).ToContainTextAsync("whsec_");
            await console.DoAsync("close");
            await console.Page.GetByRole(AriaRole.Link, new() { Name = url }).ClickAsync();
        }

        public async Task GiveAccessAsync(StandaloneProcess platform, CancellationToken cancellationToken)
        {
            await console.GoAsync("/access");
            await console.DoAsync("add-user");
            await console.Find("input[name=new-username]").FillAsync(Viewer);
            await console.Find("input[name=new-password]").FillAsync(ViewerPassword);
            await console.LookAsync("user");
            await console.DoAsync("save");
            await console.SeesAsync($"td:has-text('{Viewer}')");
            await console.LookAsync("access");

            await console.TabAsync("Keys.Title");
            await console.SeesTextAsync(console.Say("Keys.EmptyTitle"));
            await console.DoAsync("add-key");
            await console.Find("input[name=key-name]").FillAsync("shop");
            await console.LookAsync("key");
            await console.DoAsync("save");
            var key = (await console.Find("[data-made=key]").InnerTextAsync()).Trim();
            await console.DoAsync("close");
            await console.SeesAsync("[data-key=shop]");
            Assert.DoesNotContain(key, await console.Page.ContentAsync(), StringComparison.Ordinal);
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (await AskAsync(platform, key, "/api/messages", cancellationToken), await AskAsync(platform, key, "/api/users", cancellationToken)));
            await console.LookAsync("keys");

            await console.TabAsync("Audit.Title");
            await console.SeesAsync("[data-outcome=succeeded]");
            await console.DoAsync("verify-audit");
            await console.SeesAsync("[data-audit=valid]");
            await console.LookAsync("audit");
        }

        public async Task LookAfterThePlatformAsync()
        {
            await console.GoAsync("/system");
            await console.SeesAsync("[data-host=alive]");
            await console.LookAsync("system");
            await console.TabAsync("Health.Title");
            await console.SeesAsync(".wa-checks .wa-status-healthy");
            await console.LookAsync("health");
            await console.TabAsync("Backups.Title");
            await console.SeesTextAsync(console.Say("Backups.EmptyTitle"));
            await console.DoAsync("backup");
            await console.SeesAsync("[data-backup=completed]");
            await console.LookAsync("backups");
            await console.TabAsync("Jobs.Title");
            await console.Page.Locator("[data-job=sweep] button").ClickAsync();
            await console.SeesAsync("[data-job=sweep] [data-outcome=succeeded]");
            await console.DoAsync("cleanup-dry");
            await console.SeesAsync("[data-cleanup=dry]");
            await console.LookAsync("jobs");
        }

        /// <summary>Chooses a version that the feed has, and lets it go to all numbers.</summary>
        public async Task RollOutAsync(string version)
        {
            await console.DoAsync("check");
            await console.Find("select[name=version]").SelectOptionAsync(version);
            await console.DoAsync("rollout");
            await console.ConfirmAsync();

            // The last word of its title: an earlier rollout is done, too.
            await Expect(console.Find("[data-rollout=done] h3")).ToHaveTextAsync(new Regex($" {Regex.Escape(version)}$"));
        }
    }

    private static async Task<HttpStatusCode> AskAsync(StandaloneProcess platform, string key, string path, CancellationToken cancellationToken)
    {
        using var client = platform.CreateClient();
        client.DefaultRequestHeaders.Add("X-Api-Key", key);
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        return answer.StatusCode;
    }
}
