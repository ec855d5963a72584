using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace WaPlatform.Tests.Browser;

/// <summary>The console in a browser, and everything that went wrong in it.</summary>
public sealed class ConsolePage : IAsyncDisposable
{
    /// <summary>Milliseconds. Generous: the machine may be busy.</summary>
    public const int Patience = 90_000;

    private static readonly string? Pictures = Environment.GetEnvironmentVariable("WAPLATFORM_SCREENSHOTS");

    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly List<string> _tolerated = [];

    public ConsolePage(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.Console += (_, message) =>
        {
            // What a request ended with is told by its answer, below.
            if (message.Type is "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                _faults.Enqueue($"console: {message.Text}");
            }
        };
        page.PageError += (_, error) => _faults.Enqueue($"page: {error}");
        page.Response += (_, response) =>
        {
            if (response.Status >= 400)
            {
                _faults.Enqueue($"{response.Status} {response.Request.Method} {new Uri(response.Url).AbsolutePath}");
            }
        };
        page.RequestFailed += (_, request) =>
        {
            // The page that goes takes its requests with it.
            if (request.Failure is not "net::ERR_ABORTED")
            {
                _faults.Enqueue($"{request.Failure} {request.Method} {new Uri(request.Url).AbsolutePath}");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>A refusal that belongs to the story: part of <c>status method path</c>.</summary>
    public void Tolerate(string fault) => _tolerated.Add(fault);

    public ILocator Act(string name) => Page.Locator($"[data-act={name}]:visible");

    public Task OpenAsync(string path) => Page.GotoAsync(path);

    public async Task SignInAsync(string password)
    {
        await Page.Locator("input[name=username]").FillAsync("admin");
        await Page.Locator("input[name=password]").FillAsync(password);
        await Page.Locator("[data-form=sign-in] button[type=submit]").ClickAsync();
        await IsLiveAsync();
    }

    public Task IsLiveAsync() => Assertions.Expect(Page.Locator("[data-live=live]")).ToBeVisibleAsync();

    /// <summary>Goes to another part by the menu, as a person does: the page is not loaded anew.</summary>
    public async Task GoAsync(string path)
    {
        var link = Page.Locator($"nav a[href='{path}']").First;
        if (!await link.IsVisibleAsync() || !await IsInViewAsync(link))
        {
            await Page.Locator("header button").First.ClickAsync();
        }

        await link.ClickAsync();
        await Assertions.Expect(Page.Locator("h1")).ToBeVisibleAsync();
    }

    /// <summary>axe-core finds nothing serious (WCAG 2.2 A and AA).</summary>
    public async Task AssertAccessibleAsync(string screen)
    {
        var result = await Page.RunAxe(new AxeRunOptions { RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } });
        var serious = result.Violations.Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation => $"{screen}: {violation.Id} ({violation.Help}) {string.Join(" | ", violation.Nodes.Take(5).Select(node => node.Html))}");
        Assert.Empty(serious);
    }

    /// <summary>Nothing is cut off at the side.</summary>
    public async Task AssertFitsAsync(string screen)
    {
        var excess = await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(excess <= 0, $"{screen} is {excess} pixels too wide.");
    }

    /// <summary>Takes a picture for the docs, if <c>WAPLATFORM_SCREENSHOTS</c> names a directory.</summary>
    public async Task ShootAsync(string name)
    {
        if (Pictures is { Length: > 0 })
        {
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Pictures, $"{name}.png"), Animations = ScreenshotAnimations.Disabled });
        }
    }

    /// <summary>No error in the browser's console, no request that failed.</summary>
    /// <param name="client">Asked for what the platform offers: a screen whose part is not installed may ask for it.</param>
    public async Task AssertCleanAsync(HttpClient client)
    {
        var described = await client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative));
        Assert.Empty(_faults.Where(fault => !_tolerated.Exists(part => fault.Contains(part, StringComparison.Ordinal)) && !IsAbsent(fault, described)));
    }

    public ValueTask DisposeAsync() => new(_context.CloseAsync());

    private static bool IsAbsent(string fault, string described) =>
        fault.StartsWith("404 GET /api/", StringComparison.Ordinal) && !described.Contains($"\"{fault.Split(' ')[2]}\"", StringComparison.Ordinal);

    private static async Task<bool> IsInViewAsync(ILocator link) => await link.BoundingBoxAsync() is { X: >= 0 };
}
