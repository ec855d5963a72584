using System.Diagnostics;
using System.Globalization;
using WaPlatform.ProcessHost.Processes;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.ProcessHost;

public sealed class LeftOversTests(RedisServer redis)
{
    [Fact]
    public async Task Start_EngineOfAnEarlierRun_IsEndedAndAnInnocentProcessOfItsPidIsNot()
    {
        var directory = Directory.CreateTempSubdirectory("wa-host-");
        var run = directory.CreateSubdirectory("run");
        using var leftOver = Process.Start("sleep", "600");
        using var innocent = Process.Start("sleep", "600");
        new RunFile(Path.Combine(run.FullName, "5511999990601.json")).Write(ProcessIdentity.Of(leftOver.Id)!);
        new RunFile(Path.Combine(run.FullName, "5511999990602.json")).Write(ProcessIdentity.Of(innocent.Id)! with { StartTicks = 1 });
        await File.WriteAllTextAsync(Path.Combine(run.FullName, "5511999990603.json"), "half a no", TestContext.Current.CancellationToken);
        try
        {
            await using var host = await RunningHost.StartAsync(await redis.CreateDatabaseAsync(TestContext.Current.CancellationToken), directory: directory);

            Assert.True(leftOver.HasExited, leftOver.Id.ToString(CultureInfo.InvariantCulture));
            Assert.False(innocent.HasExited);
            Assert.Empty(run.GetFiles());
        }
        finally
        {
            innocent.Kill();
            await innocent.WaitForExitAsync(CancellationToken.None);
        }
    }
}
