using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace WaPlatform.Tests.Simulator.Processes;

/// <summary>Starts that serve print what the real binary printed and leave its files.</summary>
public sealed class ServingRunTests
{
    private static readonly SimulatorStart Rest = new();

    private static readonly Dictionary<string, SimulatorStart> Starts = new()
    {
        ["port0"] = Rest,
        ["positional"] = Rest with { Arguments = ["rest", "some", "words"] },
        ["debug_false_word"] = Rest with { Arguments = ["rest", "--debug", "false"] },
        ["debug"] = Rest.With("APP_DEBUG", "true"),
        ["gomemlimit"] = Rest.With("GOMEMLIMIT", "64MiB"),
        ["host_any"] = Rest.With("APP_HOST", "0.0.0.0"),
        ["proxy_bad"] = Rest.With("WHATSAPP_PROXY", "::bad"),
        ["auth_none"] = Rest with { BasicAuth = false },
        ["mcp_on"] = Rest.With("MCP_ENABLED", "true"),
        ["bool_bad"] = Rest.With("MCP_ENABLED", "banana"),
    };

    public static TheoryData<string> Names => [.. Starts.Keys];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Start_Serves_PrintsAndLeavesWhatTheBinaryDoes(string name)
    {
        var recorded = RecordedRun.Of(name);
        await using var simulator = await SimulatorProcess.StartAsync(Starts[name].With("SIM_AUTO_CONNECT_DELAY", "100"), CancellationToken);
        await simulator.Error.WaitForAsync("auto-connect skipped", CancellationToken);

        Assert.Equal(0, await simulator.StopAsync(CancellationToken));
        RecordedRun.AssertSame(recorded.Output, simulator.Output.Text);
        RecordedRun.AssertSame(recorded.Error, simulator.Error.Text);
        Assert.Equal(recorded.Files, Files.In(simulator.Directory));
    }

    [Fact]
    public async Task Start_EnvironmentAndFlag_EnvironmentWins()
    {
        var start = Rest with { Arguments = ["rest", "--port=1", "--os=FlagOs", "--base-path=/flag"] };
        await using var simulator = await SimulatorProcess.StartAsync(start.With("APP_OS", "EnvOs"), CancellationToken);

        Assert.NotEqual(1, simulator.Address.Port);
        var info = await InfoAsync(simulator, "/flag/app/info");
        Assert.Equal(("EnvOs", "/flag"), (info.GetProperty("os").GetString(), info.GetProperty("base_path").GetString()));
    }

    [Fact]
    public async Task Start_FlagOnly_FlagBeatsDefault()
    {
        await using var simulator = await SimulatorProcess.StartAsync(Rest with { Arguments = ["rest", "--os=FlagOs"] }, CancellationToken);

        Assert.Equal("FlagOs", (await InfoAsync(simulator, "/app/info")).GetProperty("os").GetString());
    }

    [Theory]
    [InlineData(false, "map[app_basic_auth:fromfile:secret app_os:FileOs app_port:0]")]
    [InlineData(true, "map[app_basic_auth:u:p app_os:FileOs app_port:0]")]
    public async Task Start_DotEnvFile_IsReadAndPrintedWithTheEnvironmentOverIt(bool authInEnvironment, string firstLine)
    {
        var directory = Directory.CreateTempSubdirectory("simulator-").FullName;
        try
        {
            await File.WriteAllTextAsync(
                Path.Combine(directory, ".env"), "APP_BASIC_AUTH=fromfile:secret\nAPP_OS=FileOs\nAPP_PORT=0\n", CancellationToken);
            var start = Rest with { Directory = directory, BasicAuth = authInEnvironment };
            await using var simulator = await SimulatorProcess.StartAsync(start.With("APP_PORT", null), CancellationToken);

            Assert.Equal(firstLine, simulator.Output.Lines[0]);
            using var client = simulator.CreateClient(signedIn: authInEnvironment);
            using var answer = await client.GetAsync(new Uri("/app/info", UriKind.Relative), CancellationToken);
            Assert.Equal(authInEnvironment ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, answer.StatusCode);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task Start_AllAddresses_ListensOnIPv6Too()
    {
        await using var simulator = await SimulatorProcess.StartAsync(Rest.With("APP_HOST", "0.0.0.0"), CancellationToken);

        using var client = new HttpClient();
        Assert.Equal("OK", await client.GetStringAsync(new Uri($"http://[::1]:{simulator.Address.Port}/health"), CancellationToken));
    }

    [Fact]
    public async Task Request_DeclaredTooLarge_IsRefusedBeforeItsBody()
    {
        await using var simulator = await SimulatorProcess.StartAsync(CancellationToken);
        using var connection = new TcpClient();
        await connection.ConnectAsync(simulator.Address.Host, simulator.Address.Port, CancellationToken);
        var stream = connection.GetStream();
        await stream.WriteAsync(
            System.Text.Encoding.ASCII.GetBytes($"POST /send/message HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {simulator.Credentials}\r\nContent-Length: 200000000\r\n\r\n"),
            CancellationToken);

        var answer = await Replay.RawHttp.ReadResponseAsync(stream, hasBody: true, CancellationToken);

        Assert.Equal((413, "Request Entity Too Large", "close"), (answer!.Status, answer.Text, answer.Headers["connection"]));
    }

    private static async Task<JsonElement> InfoAsync(SimulatorProcess simulator, string path) =>
        (await simulator.Client.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative), CancellationToken)).GetProperty("results");
}
