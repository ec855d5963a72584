using System.Net;

namespace WaPlatform.Tests.Platform;

/// <summary>One platform that runs, for tests that only look at it.</summary>
public sealed class RunningStandalone : IAsyncLifetime
{
    private StandaloneProcess? _platform;

    public StandaloneProcess Platform => _platform!;

    public async ValueTask InitializeAsync() =>
        _platform = await StandaloneProcess.StartSignedOutAsync(new StandaloneStart(), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_platform is not null)
        {
            await _platform.DisposeAsync();
        }
    }
}

public sealed class RunningStandaloneTests(RunningStandalone running) : IClassFixture<RunningStandalone>
{
    private readonly StandaloneProcess _platform = running.Platform;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Console_SaysWhereToGoAndWhichEngineRuns()
    {
        var said = await _platform.Output.WaitForAsync("SIMULATOR", CancellationToken);

        Assert.Contains(_platform.Address.ToString().TrimEnd('/'), said, StringComparison.Ordinal);
        Assert.Contains(_platform.DataDirectory, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task Probes_WithoutCredentials_AnswerWithoutDetail(string path)
    {
        using var client = _platform.CreateClient();

        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("Healthy", await answer.Content.ReadAsStringAsync(CancellationToken));
    }

    [Fact]
    public async Task Start_DataDirectoryOfAnotherPlatform_IsRefusedWithItsNameAndPid()
    {
        await using var second = StandaloneProcess.LaunchOnly(new StandaloneStart { DataDirectory = _platform.DataDirectory });

        Assert.Equal(3, await second.ExitAsync(CancellationToken));

        Assert.Contains(_platform.DataDirectory, second.Error.Text, StringComparison.Ordinal);
        Assert.Contains($"pid {_platform.Id}", second.Error.Text, StringComparison.Ordinal);
        Assert.False(_platform.HasExited);
    }

    [Fact]
    public async Task Start_PortOfAnotherPlatform_IsRefusedInOneLine()
    {
        await using var second = StandaloneProcess.LaunchOnly(new StandaloneStart().With("API_PORT", $"{_platform.Address.Port}"));

        Assert.Equal(2, await second.ExitAsync(CancellationToken));

        Assert.Contains($"{_platform.Address.Port}", Assert.Single(second.Error.Lines), StringComparison.Ordinal);
        Assert.Empty(second.Output.Text);
    }
}
