using WaPlatform.Tests.Engines.Releases;
using WaPlatform.Tests.Platform;
using WaPlatform.Tests.Platform.Engines;
using WaPlatform.Tests.Webhooks;
using static Microsoft.Playwright.Assertions;

namespace WaPlatform.Tests.Browser;

/// <summary>What a newcomer does with the console and the simulator, in a real browser against the real platform.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ConsoleStoryTests(Chromium chromium)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public Task Newcomer_OnADesktopInEnglishAndLight_PlaysTheWholeStory() => PlayAsync("en-US", 1280, 860, dark: false);

    [Fact]
    public Task Newcomer_OnAPhoneInPortugueseAndDark_PlaysTheWholeStory() => PlayAsync("pt-BR", 390, 844, dark: true);

    [Fact]
    public async Task Administrator_RollsANewEngineOutAndBack()
    {
        await using var feed = await ReleaseServer.StartAsync(CancellationToken);
        feed.Publish("9.2.0", EngineArchiveMaker.Good("9.2.0"));
        await using var platform = await StandaloneProcess.StartAsync(ReleasedEngines.StartOn(feed.Url), CancellationToken);
        await platform.WaitForEngineAsync("9.2.0", CancellationToken);
        await platform.PairAsync(NumberSteps.Phone, CancellationToken);
        feed.Publish("9.3.0", EngineArchiveMaker.Good("9.3.0"));
        await using var console = await chromium.OpenAsync(platform.Address, "en-US", 1280, 860);
        await console.Page.GotoAsync("/system");
        await console.SignInAsync("admin", platform.AdminPassword);

        await console.TabAsync("Engine.Title");
        await console.RollOutAsync("9.3.0");
        await console.LookAsync("rollout");
        await platform.WaitForDeviceAsync(NumberSteps.Phone, device => device.EngineVersionOf() == "v9.3.0", CancellationToken);

        // On the way home, on the phone.
        await console.SpeakAsync("pt-BR", "Português (Brasil)");
        await console.Page.SetViewportSizeAsync(390, 844);
        await console.TabAsync("Engine.Title");
        await console.DoAsync("rollback");
        await console.ConfirmAsync();
        await Expect(console.Find("[data-rollout=done] h3")).ToHaveTextAsync("Implantação de 9.3.0 para 9.2.0");
        await platform.WaitForDeviceAsync(NumberSteps.Phone, device => device.EngineVersionOf() == "v9.2.0", CancellationToken);
        console.AssertClean();
    }

    private async Task PlayAsync(string language, int width, int height, bool dark)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var platform = await StandaloneProcess.StartAsync(new StandaloneStart().With("Webhooks__AllowedHosts", "127.0.0.1"), CancellationToken);
        await using var console = await chromium.OpenAsync(platform.Address, language, width, height, dark);

        // The phone's scan crosses with the question for the next code.
        console.Tolerate($"409 GET /api/devices/{NumberSteps.Phone}/qr");

        await console.Page.GotoAsync("/");
        await console.SeesAsync("[data-form=sign-in]");
        await console.LookAsync("sign-in");
        await console.SignInAsync("admin", platform.AdminPassword);
        await console.Page.EvaluateAsync("window.loadedOnce = true");

        await console.RegisterAndScanAsync();
        await console.SendAndReadAsync();
        await console.FollowLogsAsync();
        await console.PauseAndResumeAsync();
        await console.KillAndRecoverAsync();
        await console.WorkOnManyAsync();
        await console.SearchMessagesAsync();
        await console.WatchEventsAsync(platform, CancellationToken);
        await console.PostToAReceiverAsync(receiver);
        await console.GiveAccessAsync(platform, CancellationToken);
        await console.LookAfterThePlatformAsync();

        // No page was loaded anew on the way. Signed out here is signed out in the other tab.
        Assert.True(await console.Page.EvaluateAsync<bool>("window.loadedOnce"));
        var other = await console.OpenTabAsync();
        await other.Page.GotoAsync("/messages");
        await other.IsLiveAsync();
        await console.GoAsync("/");
        await console.SignOutAsync();
        await other.SeesAsync("[data-form=sign-in]");
        Assert.Null(await other.Page.EvaluateAsync<string?>("sessionStorage.getItem('waplatform.session')"));

        // Who may only look is offered nothing else.
        await console.SignInAsync(PlatformSteps.Viewer, PlatformSteps.ViewerPassword);
        await Expect(console.Find("nav a[href='/messages']")).ToHaveCountAsync(1);
        await Expect(console.Find("nav a[href='/access'], nav a[href='/system'], [data-act=register]")).ToHaveCountAsync(0);
        console.AssertClean();
    }
}
