using System.Net;
using System.Net.Sockets;

namespace WaPlatform.Tests.Simulator.Processes;

/// <summary>Starts that end by themselves do so with the code, the words and the files of the real binary.</summary>
public sealed class EndedRunTests
{
    private static readonly SimulatorStart Rest = new();

    private static readonly Dictionary<string, SimulatorStart> Starts = new()
    {
        ["noargs"] = Rest with { Arguments = [] },
        ["version"] = Rest with { Arguments = ["--version"] },
        ["v"] = Rest with { Arguments = ["-v"] },
        ["rest_version"] = Rest with { Arguments = ["rest", "--version"] },
        ["help"] = Rest with { Arguments = ["help"] },
        ["mcp"] = Rest with { Arguments = ["mcp"] },
        ["unknownflag"] = Rest with { Arguments = ["rest", "--nope"] },
        ["completion"] = Rest with { Arguments = ["completion"] },
        ["bad_db_uri"] = Rest.With("DB_URI", "mysql://x"),
        ["postgresql_scheme"] = Rest.With("DB_URI", "postgresql://x@127.0.0.1/x"),
        ["pg_unreachable"] = Rest.With("DB_URI", "postgres://x@127.0.0.1:1/x?sslmode=disable"),
        ["db_dir_missing"] = Rest.With("DB_URI", "file:/nonexistent-dir/whatsapp.db"),
        ["bad_auth"] = Rest.With("APP_BASIC_AUTH", "nocolon"),
        ["bad_auth2"] = Rest.With("APP_BASIC_AUTH", "a:b:c"),
        ["badport"] = Rest.With("APP_PORT", "abc"),
        ["badport2"] = Rest.With("APP_PORT", "99999"),
        ["gomemlimit_bad"] = Rest.With("GOMEMLIMIT", "abc"),
    };

    public static TheoryData<string> Names => [.. Starts.Keys];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Start_CannotServe_EndsAsTheBinaryDoes(string name)
    {
        await using var simulator = SimulatorProcess.Launch(Starts[name]);

        await AssertEndsAsAsync(RecordedRun.Of(name), simulator);
    }

    [Fact]
    public async Task Start_PortInUse_SaysSoAndEndsWithOne()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        await using var simulator = SimulatorProcess.Launch(Rest with { Port = ((IPEndPoint)other.LocalEndpoint).Port });

        await AssertEndsAsAsync(RecordedRun.Of("port_in_use"), simulator);
    }

    [Fact]
    public async Task Start_HostWithColons_EndsWithOne()
    {
        await using var simulator = SimulatorProcess.Launch(Rest.With("APP_HOST", "::1").With("APP_PORT", "18951"));

        Assert.Equal(1, await simulator.ExitAsync(CancellationToken));
        Assert.Contains("listen tcp: address ::1:18951: too many colons in address", simulator.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_AsFlag_TouchesNoFile()
    {
        await using var simulator = SimulatorProcess.Launch(Rest with { Arguments = ["--help"] });

        Assert.Equal(0, await simulator.ExitAsync(CancellationToken));
        RecordedRun.AssertSame(RecordedRun.Of("noargs").Output, simulator.Output.Text);
        Assert.Empty(Files.In(simulator.Directory));
    }

    private static async Task AssertEndsAsAsync(RecordedRun recorded, SimulatorProcess simulator)
    {
        Assert.Equal(recorded.ExitCode, await simulator.ExitAsync(CancellationToken));
        RecordedRun.AssertSame(recorded.Output, simulator.Output.Text);
        RecordedRun.AssertSame(recorded.Error, simulator.Error.Text);
        Assert.Equal(recorded.Files, Files.In(simulator.Directory));
    }
}
