using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.ProcessHost.Processes;

namespace WaPlatform.Tests.ProcessHost;

public sealed class ProcessIdentityTests
{
    [Fact]
    public void IsRunning_ThisProcess_ButNotALaterOneOfItsPidNorOneOfAnotherBoot()
    {
        var own = ProcessIdentity.Of(Environment.ProcessId);

        Assert.NotNull(own);
        Assert.True(own.IsRunning());
        Assert.False((own with { StartTicks = own.StartTicks + 1 }).IsRunning());
        Assert.False((own with { Boot = "another" }).IsRunning());
    }

    [Fact]
    public async Task KillNow_PidOfAnotherProcess_IsLeftAlone()
    {
        using var innocent = Process.Start("sleep", "60");
        try
        {
            var mistaken = ProcessIdentity.Of(innocent.Id)! with { StartTicks = 1 };

            Assert.False(Signals.KillNow(mistaken));
            Assert.False(innocent.HasExited);
        }
        finally
        {
            innocent.Kill();
            await innocent.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    // Fault 10 of the original: ports were never tested for being free, and failed registrations leaked them.
    [Fact]
    public void Lease_PortHeldBySomebodyElse_IsSkippedAndReturnedOnesComeBack()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var taken = ((IPEndPoint)other.LocalEndpoint).Port;
        var pool = new PortPool(Options.Create(new EngineOptions { BasePort = taken, MaxProcesses = 10 }));

        var first = pool.Lease();
        var second = pool.Lease();
        Assert.NotNull(first);
        Assert.NotNull(second);
        Assert.NotEqual(taken, first);
        Assert.NotEqual(first, second);

        pool.Return(first.Value);
        Assert.Equal(first, pool.Lease());
    }
}
