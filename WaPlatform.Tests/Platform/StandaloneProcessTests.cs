using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.Processes;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Platform;

public sealed class StandaloneProcessTests(PostgresServer postgres, RedisServer redis)
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
    public async Task Terminate_ARequestHangsInAnEngine_StillLeavesTheEnginesTheirTime()
    {
        const string Phone = "5511999990402";
        await using var platform = await StandaloneProcess.StartAsync(CancellationToken);
        await platform.PairAsync(Phone, CancellationToken);
        await platform.ControlAsync(Phone, "hang", new { seconds = 120 }, CancellationToken);
        var hanging = platform.Client.GetAsync(new Uri($"/proxy/whatsapp/{Phone}/user/my/contacts", UriKind.Relative), CancellationToken);

        var (exitCode, took) = await platform.TerminateAsync(CancellationToken);

        Assert.Equal(0, exitCode);
        // A third of the time that the request hangs: two cores may be shared with a whole test run.
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(40));
        Assert.Contains("their engines have ended", platform.Output.Text, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => hanging);
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

    [Fact]
    public async Task Start_ConnectionStringsGiven_UsesThoseServersInsteadOfItsOwn()
    {
        var start = new StandaloneStart()
            .With("ConnectionStrings__wadb", await postgres.NameDatabaseAsync(CancellationToken))
            .With("ConnectionStrings__redis", await redis.CreateDatabaseAsync(CancellationToken));
        await using var platform = await StandaloneProcess.StartAsync(start, CancellationToken);

        var device = await platform.PairAsync("5511999990401", CancellationToken);

        Assert.Equal("connected", device.GetProperty("state").GetString());
        Assert.False(File.Exists(Path.Combine(platform.DataDirectory, "waplatform.db")));
        Assert.Equal(0, (await platform.TerminateAsync(CancellationToken)).ExitCode);
    }

    [Fact]
    public async Task Start_OptionOutOfRange_IsRefusedWithItsName()
    {
        await using var platform = StandaloneProcess.LaunchOnly(new StandaloneStart().With("MAX_PROCESSES", "0"));

        Assert.NotEqual(0, await platform.ExitAsync(CancellationToken));

        Assert.Contains("MaxProcesses", platform.Error.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", platform.Error.Text, StringComparison.Ordinal);
    }
}
