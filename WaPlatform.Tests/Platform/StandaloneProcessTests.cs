using WaPlatform.Tests.Processes;

namespace WaPlatform.Tests.Platform;

public sealed class StandaloneProcessTests
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Terminate_NothingToDo_EndsInOrderAndLeavesNothingBehind()
    {
        await using var platform = await StandaloneProcess.StartSignedOutAsync(new StandaloneStart(), CancellationToken);

        var (exitCode, took) = await platform.TerminateAsync(CancellationToken);

        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(25));
        Assert.Empty(LeftOver.Find(platform.DataDirectory));
        Assert.Empty(platform.Error.Text);
    }

    [Fact]
    public async Task Restart_AfterSigkill_TakesTheDirectoryAgain()
    {
        await using var platform = await StandaloneProcess.StartSignedOutAsync(new StandaloneStart(), CancellationToken);

        await platform.KillAsync(CancellationToken);
        await using var next = await StandaloneProcess.StartSignedOutAsync(new StandaloneStart { DataDirectory = platform.DataDirectory }, CancellationToken);

        Assert.False(next.HasExited);
    }

    [Fact]
    public async Task Start_TwoPlatformsSideBySide_DoNotMeet()
    {
        var starts = await Task.WhenAll(
            StandaloneProcess.StartSignedOutAsync(new StandaloneStart(), CancellationToken),
            StandaloneProcess.StartSignedOutAsync(new StandaloneStart(), CancellationToken));

        foreach (var platform in starts)
        {
            Assert.Equal(0, (await platform.TerminateAsync(CancellationToken)).ExitCode);
            await platform.DisposeAsync();
        }
    }
}
