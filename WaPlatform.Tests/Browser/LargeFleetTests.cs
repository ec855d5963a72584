using System.Net;
using System.Net.Http.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;
using WaPlatform.Tests.Platform;
using static Microsoft.Playwright.Assertions;

namespace WaPlatform.Tests.Browser;

/// <summary>The fleet with a thousand numbers whose engines don't run.</summary>
[Collection(BrowserCollection.Name)]
public sealed class LargeFleetTests(Chromium chromium)
{
    private const int Numbers = 1000;

    /// <summary>What the page may take to be usable, in seconds of its thread: how long that is by the clock depends on who else is on the machine.</summary>
    private const double Budget = 3;

    // Rows from the top of what is seen to its end, without a gap.
    private const string IsFull = """
        () => {
          const rows = [...document.querySelectorAll('tr[data-device]')].map(row => row.getBoundingClientRect()).filter(box => box.bottom > 100 && box.top < innerHeight);
          const end = Math.min(innerHeight, document.querySelector('table').getBoundingClientRect().bottom);
          return rows.length > 5 && rows[0].top <= 160 && rows.at(-1).bottom >= end - 1 && rows.every((row, index) => index === 0 || Math.abs(row.top - rows[index - 1].bottom) < 2);
        }
        """;

    // Notes when the first number is there to be clicked.
    private const string Watch = """
        window.usableAt = 0;
        window.leftAt = document.readyState === 'loading' ? 0 : performance.now();
        new MutationObserver((_, observer) => {
          if (document.querySelector('tr[data-device] a')) { window.usableAt = performance.now(); observer.disconnect(); }
        }).observe(document, { childList: true, subtree: true });
        """;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ThousandNumbers_AreThereAtOnceScrollAndCanBeSearched()
    {
        await using var platform = await StandaloneProcess.StartAsync(CancellationToken);
        await FillAsync(platform);
        await using var console = await chromium.OpenAsync(platform.Address, "en-US", 1280, 900);
        var page = console.Page;
        await page.AddInitScriptAsync(Watch);
        await page.GotoAsync("/");
        await console.SignInAsync("admin", platform.AdminPassword);
        await Expect(console.Find("[data-figure=total]")).ToHaveTextAsync("1,000");

        // The whole console anew, from the browser's cache; then the page of the numbers alone.
        var loaded = await MeasureAsync(page, async () => await page.ReloadAsync());
        await console.IsLiveAsync();
        await console.GoAsync("/messages");
        await page.EvaluateAsync(Watch);
        var shown = await MeasureAsync(page, () => console.GoAsync("/"));
        TestContext.Current.TestOutputHelper?.WriteLine($"Usable after a reload: {loaded}. From another page: {shown}.");
        Assert.True(shown.Busy < Budget, $"The page of the numbers was not usable after {shown}.");

        foreach (var part in new[] { 0.3, 0.6, 1, 0.5 })
        {
            await page.EvaluateAsync("part => window.scrollTo(0, (document.documentElement.scrollHeight - window.innerHeight) * part)", part);
            await page.WaitForFunctionAsync(IsFull);
        }

        await page.EvaluateAsync("window.scrollTo(0, 0)");
        await console.LookAsync("fleet-large");
        await console.Find("[data-search] input, input[data-search]").FillAsync("Shop 77");
        await Expect(console.Find("[data-device]")).ToHaveCountAsync(11);
        console.AssertClean();
    }

    /// <summary>What it takes until the first number can be clicked.</summary>
    private static async Task<Effort> MeasureAsync(IPage page, Func<Task> go)
    {
        var tools = await page.Context.NewCDPSessionAsync(page);
        await tools.SendAsync("Performance.enable", new Dictionary<string, object> { ["timeDomain"] = "threadTicks" });
        var before = await BusyAsync(tools);
        await go();
        await page.WaitForFunctionAsync("() => window.usableAt");
        var busy = await BusyAsync(tools) - before;
        await tools.DetachAsync();
        return new Effort(busy, await page.EvaluateAsync<double>("window.usableAt - window.leftAt") / 1000);
    }

    private static async Task<double> BusyAsync(ICDPSession tools) => (await tools.SendAsync("Performance.getMetrics"))!.Value.GetProperty("metrics").EnumerateArray()
        .Single(metric => metric.GetProperty("name").GetString() == "TaskDuration").GetProperty("value").GetDouble();

    /// <summary>Rows like that of a number which was registered and not started.</summary>
    private static async Task FillAsync(StandaloneProcess platform)
    {
        using var answer = await platform.Client.PostAsJsonAsync("/api/devices", new { phoneNumber = "5511900000000", name = "Shop 0", autoStart = false }, CancellationToken);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(platform.DataDirectory, "waplatform.db")};Pooling=False");
        await connection.OpenAsync(CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = $"""
            BEGIN IMMEDIATE;
            CREATE TEMP TABLE one AS SELECT * FROM devices;
            {string.Concat(Enumerable.Range(1, Numbers - 1).Select(number => $"UPDATE one SET \"PhoneNumber\" = '55119{number:00000000}', \"Name\" = 'Shop {number}'; INSERT INTO devices SELECT * FROM one;"))}
            COMMIT;
            """;
        await command.ExecuteNonQueryAsync(CancellationToken);
    }

    /// <param name="Busy">Seconds of the page's thread.</param>
    /// <param name="ByTheClock">Seconds that went by.</param>
    private sealed record Effort(double Busy, double ByTheClock)
    {
        public override string ToString() => $"{Busy:0.00} s of its thread ({ByTheClock:0.00} s by the clock)";
    }
}
