using System.Diagnostics;

namespace WaPlatform.Tests.Platform;

/// <summary>The benchmarks are run by hand; their smallest run shows that they still can be.</summary>
public sealed class BenchmarkProgramTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_Smoke_PrintsEveryFigureAndEndsWell()
    {
        var (exitCode, output, error) = await RunAsync("messages", "--smoke");

        Assert.True(exitCode == 0, error);
        Assert.All(
            ["direct: sends", "accept: messages, 32 clients", "accept: ratio to direct", "accept in bulk", "deliver, 1 device: ratio to direct", "deliver, 2 devices: ratio to direct", "wait: p50 above direct", "each of 40 messages was sent exactly once"],
            name => Assert.Contains(name, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Events_Smoke_PrintsEveryFigureAndEndsWell()
    {
        var (exitCode, output, error) = await RunAsync("events", "--smoke");

        Assert.True(exitCode == 0, error);
        Assert.All(
            ["mirror: p50, engine to client", "mirror: p99, engine to client", "mirror: memory at the start", "mirror: memory at the end", "each of 4 clients heard each of 100 frames once"],
            name => Assert.Contains(name, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task UnknownArgument_IsAnsweredWithTheUsage()
    {
        var (exitCode, _, error) = await RunAsync("messages", "--rounds", "none");

        Assert.Equal(64, exitCode);
        Assert.Contains("--rounds N", error, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(BuildOutput.Executable("WaPlatform.Benchmarks"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var reading = Task.WhenAll(process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        try
        {
            await process.WaitForExitAsync(CancellationToken).WaitAsync(Patience, CancellationToken);
        }
        finally
        {
            // With its platform and engines, if it hangs.
            process.Kill(entireProcessTree: true);
        }

        var texts = await reading;
        return (process.ExitCode, texts[0], texts[1]);
    }
}
