using System.Net;
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
    public async Task Start_FreshDirectory_SaysWhereToGoAndWhichEngineRuns()
    {
        await using var platform = await StandaloneProcess.StartSignedOutAsync(new StandaloneStart(), CancellationToken);

        var said = await platform.Output.WaitForAsync("SIMULATOR", CancellationToken);

        Assert.Contains(platform.Address.ToString().TrimEnd('/'), said, StringComparison.Ordinal);
        Assert.Contains(platform.DataDirectory, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task Probes_WithoutCredentials_AnswerWithoutDetail(string path)
    {
        await using var platform = await StandaloneProcess.StartSignedOutAsync(new StandaloneStart(), CancellationToken);
        using var client = platform.CreateClient();

        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("Healthy", await answer.Content.ReadAsStringAsync(CancellationToken));
    }

    [Fact]
    public async Task Start_DataDirectoryOfAnotherPlatform_IsRefusedWithItsNameAndPid()
    {
        await using var first = await StandaloneProcess.StartSignedOutAsync(new StandaloneStart(), CancellationToken);
        await using var second = StandaloneProcess.LaunchOnly(new StandaloneStart { DataDirectory = first.DataDirectory });

        Assert.Equal(3, await second.ExitAsync(CancellationToken));

        Assert.Contains(first.DataDirectory, second.Error.Text, StringComparison.Ordinal);
        Assert.Contains($"pid {first.Id}", second.Error.Text, StringComparison.Ordinal);
        Assert.False(first.HasExited);
    }

    [Fact]
    public async Task Start_PortOfAnotherPlatform_IsRefusedInOneLine()
    {
        await using var first = await StandaloneProcess.StartSignedOutAsync(new StandaloneStart(), CancellationToken);
        await using var second = StandaloneProcess.LaunchOnly(new StandaloneStart().With("API_PORT", $"{first.Address.Port}"));

        Assert.Equal(2, await second.ExitAsync(CancellationToken));

        Assert.Contains($"{first.Address.Port}", Assert.Single(second.Error.Lines), StringComparison.Ordinal);
        Assert.Empty(second.Output.Text);
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
