using System.Collections.Concurrent;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace WaPlatform.Tests.Browser;

/// <summary>The console in a browser, and everything that went wrong in it, in any of its tabs.</summary>
public sealed class ConsolePage : IAsyncDisposable
{
    /// <summary>Milliseconds. Generous: the machine may be busy.</summary>
    public const int Patience = 60_000;

    // Every token of the platform begins with one of these.
    private static readonly string[] Secrets = ["eyJ", "wak_", "access_token", "whsec_"];

    private readonly IBrowserContext _context;
    private string _language;
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly List<string> _tolerated = [];

    public ConsolePage(IBrowserContext context, IPage page, string language, bool isPhone)
    {
        (_context, Page, _language, IsPhone) = (context, page, language, isPhone);
        context.Console += (_, message) =>
        {
            // What a request ended with is told by its answer, below.
            if (message.Type is "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                _faults.Enqueue($"console: {message.Text}");
            }
        };
        context.WebError += (_, error) => _faults.Enqueue($"page: {error.Error}");
        context.Request += (_, request) =>
        {
            var url = new Uri(request.Url);
            if (!url.AbsolutePath.StartsWith("/hubs/", StringComparison.Ordinal) && Secrets.Any(secret => url.PathAndQuery.Contains(secret, StringComparison.Ordinal)))
            {
                _faults.Enqueue($"secret in the address of {request.Method} {url.AbsolutePath}");
            }
        };
        context.Response += (_, response) =>
        {
            if (response.Status >= 400)
            {
                _faults.Enqueue($"{response.Status} {response.Request.Method} {new Uri(response.Url).AbsolutePath}");
            }
        };
        context.RequestFailed += (_, request) =>
        {
            // The page that goes takes its requests with it.
            if (request.Failure is not "net::ERR_ABORTED")
            {
                _faults.Enqueue($"{request.Failure} {request.Method} {new Uri(request.Url).AbsolutePath}");
            }
        };
    }

    public IPage Page { get; }

    public bool IsPhone { get; }

    /// <summary>A refusal that belongs to the story: part of <c>status method path</c>.</summary>
    public void Tolerate(string fault) => _tolerated.Add(fault);

    /// <summary>What the console calls it in this browser's language.</summary>
    public string Say(string key) => ConsoleWords.In(_language)[key];

    public ILocator Find(string selector) => Page.Locator(selector);

    public ILocator Act(string name) => Page.Locator($"[data-act={name}]:visible");

    public Task DoAsync(string name) => Act(name).First.ClickAsync();

    public Task ConfirmAsync() => Find("[data-confirm=yes]").ClickAsync();

    /// <summary>Waits until it is seen.</summary>
    public Task SeesAsync(string selector) => Expect(Find(selector).First).ToBeVisibleAsync();

    public Task SeesTextAsync(string text) => Expect(Page.GetByText(text).First).ToBeVisibleAsync();

    public async Task SignInAsync(string user, string password)
    {
        await Find("input[name=username]").FillAsync(user);
        await Find("input[name=password]").FillAsync(password);
        await Find("[data-form=sign-in] button[type=submit]").ClickAsync();
        await IsLiveAsync();
    }

    /// <summary>By the menu of the user.</summary>
    public async Task SignOutAsync()
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = Say("User.Menu").Split('{')[0].Trim() }).ClickAsync();
        await Page.GetByText(Say("User.SignOut"), new() { Exact = true }).ClickAsync();
        await SeesAsync("[data-form=sign-in]");
    }

    public Task IsLiveAsync() => SeesAsync("[data-live=live]");

    /// <summary>Another tab of the same browser.</summary>
    public async Task<ConsolePage> OpenTabAsync() => new(_context, await _context.NewPageAsync(), _language, IsPhone);

    /// <summary>Goes to another part by the menu, as a person does: the page is not loaded anew.</summary>
    public async Task GoAsync(string path)
    {
        var menu = Page.GetByRole(AriaRole.Button, new() { Name = Say("Nav.Menu"), Exact = true });
        if (IsPhone)
        {
            await Expect(menu).ToHaveAttributeAsync("aria-expanded", "false");
            await menu.ClickAsync();
            await Screens.ShootAsync(Page, "menu", IsPhone);
        }

        await Find($"nav a[href='{path}']").First.ClickAsync();
        await Page.WaitForURLAsync($"**{path}");
        await Expect(menu).ToHaveAttributeAsync("aria-expanded", IsPhone ? "false" : "true");
    }

    /// <summary>Chooses another language by the menu at the top; the page is loaded anew.</summary>
    /// <param name="name">The language's own.</param>
    public async Task SpeakAsync(string language, string name)
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = Say("Look.Language"), Exact = true }).ClickAsync();
        await Page.GetByText(name, new() { Exact = true }).ClickAsync();
        _language = language;
        await SeesAsync($"html[lang='{language}']");
        await IsLiveAsync();
    }

    public async Task TabAsync(string key)
    {
        var tab = Page.GetByRole(AriaRole.Tab, new() { Name = Say(key), Exact = true });
        await tab.ClickAsync();
        await Expect(tab).ToHaveAttributeAsync("aria-selected", "true");
    }

    /// <summary>The screen is whole: in words, not wider than the browser, and axe-core finds nothing serious (WCAG 2.2 A and AA). Takes its picture.</summary>
    public async Task LookAsync(string screen)
    {
        await Expect(Find(".wa-loading")).ToHaveCountAsync(0);
        await Screens.AssertWordsAsync(Page, screen);
        await Screens.AssertFitsAsync(Page, screen);
        await Screens.AssertAccessibleAsync(Page, screen);
        await Screens.ShootAsync(Page, screen, IsPhone);
    }

    /// <summary>No error in the browser's console, no request that failed, no token where addresses are logged.</summary>
    public void AssertClean() => Assert.DoesNotContain(_faults, fault => !_tolerated.Exists(part => fault.Contains(part, StringComparison.Ordinal)));

    public ValueTask DisposeAsync() => new(_context.CloseAsync());
}
