using System.Net;
using WaPlatform.Tests.Postgres;

namespace WaPlatform.Tests.Simulator.Stories;

/// <summary>A number whose session is in PostgreSQL (real.md §3.1 points 3 and 14).</summary>
public sealed class PostgresSessionTests(PostgresServer postgres)
{
    private const string Slot = "num-1";
    private const string Jid = "628123456789@s.whatsapp.net";
    private const string AdJid = "628123456789:12@s.whatsapp.net";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Session_WorkingDirectoryLost_IsOneSlotNamedByItsAdJid()
    {
        var start = Start(await postgres.CreateDatabaseAsync(CancellationToken));
        await using var first = await PairedAsync(start);
        await first.StopAsync(CancellationToken);

        await using var second = await SimulatorProcess.StartAsync(start, CancellationToken);

        var slot = Assert.Single((await second.ResultsAsync("/devices", "any", CancellationToken)).EnumerateArray());
        Assert.Equal((AdJid, Jid), (slot.GetProperty("id").GetString(), slot.GetProperty("jid").GetString()));
        await second.OnlineAsync(AdJid, CancellationToken);
        await second.OnlineAsync(Jid, CancellationToken);
        using var sent = await second.PostAsync("/send/message", Jid, new { phone = "628999888777", message = "hi" }, CancellationToken);
        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
    }

    [Fact]
    public async Task Session_SecondProcessInAnotherDirectory_EndsTheFirstWithZero()
    {
        var start = Start(await postgres.CreateDatabaseAsync(CancellationToken));
        await using var first = await PairedAsync(start);

        await using var second = await SimulatorProcess.StartAsync(start, CancellationToken);
        await second.OnlineAsync(AdJid, CancellationToken);

        Assert.Equal(0, await first.ExitAsync(CancellationToken));
        Assert.False(second.HasExited);
    }

    [Fact]
    public async Task Session_RoleTakenOver_EndsTheProcessWithZero()
    {
        var database = await postgres.CreateDatabaseAsync(CancellationToken);
        var role = $"r_{Guid.NewGuid():N}";
        await PostgresAddress.ExecuteAsync(database, $"CREATE ROLE {role} LOGIN PASSWORD 'one'; CREATE SCHEMA {role} AUTHORIZATION {role}", CancellationToken);
        await using var first = await PairedAsync(
            new SimulatorStart().With("DB_URI", PostgresAddress.ToUri(database, "sslmode=disable", (role, "one"))).With("SIM_PAIR_GAP", "100"));

        await PostgresAddress.ExecuteAsync(
            database, $"ALTER ROLE {role} PASSWORD 'two'; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'", CancellationToken);

        Assert.Equal(0, await first.ExitAsync(CancellationToken));
    }

    [Fact]
    public async Task Server_AwayAndBack_ProcessLivesOnAndOnlyLogoutFails()
    {
        await using var server = new PostgresServer();
        var start = Start(await server.CreateDatabaseAsync(CancellationToken));
        await using var simulator = await PairedAsync(start);

        await server.StopAsync(CancellationToken);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(simulator, "/health"));
        Assert.Equal(Jid, (await simulator.ResultsAsync("/app/status", Slot, CancellationToken)).GetProperty("jid").GetString());
        using (var logout = await simulator.GetAsync("/app/logout", Slot, CancellationToken))
        {
            Assert.Equal(HttpStatusCode.InternalServerError, logout.StatusCode);
            Assert.Matches(
                """^\{"code":"INTERNAL_SERVER_ERROR","message":"dial tcp 127\.0\.0\.1:\d+: connect: connection refused"\}$""", await logout.Content.ReadAsStringAsync(CancellationToken));
        }

        Assert.Equal("", (await simulator.ResultsAsync("/app/status", Slot, CancellationToken)).GetProperty("jid").GetString());

        // The session that could not be deleted stays, and the process works again without a restart.
        await server.StartAsync(CancellationToken);
        await using var next = await SimulatorProcess.StartAsync(start, CancellationToken);
        await next.OnlineAsync(AdJid, CancellationToken);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(simulator, "/app/login"));
        await simulator.ControlAsync("scan", new { phone = "628123450001" }, CancellationToken);
        await Eventually.TrueAsync(
            async token => (await simulator.ResultsAsync("/app/status", Slot, token)).GetProperty("is_connected").GetBoolean(), Patience, CancellationToken);
    }

    private static SimulatorStart Start(string database) =>
        new SimulatorStart().With("DB_URI", PostgresAddress.ToUri(database, "sslmode=disable")).With("SIM_PAIR_GAP", "100").With("SIM_AUTO_CONNECT_DELAY", "300");

    private static async Task<SimulatorProcess> PairedAsync(SimulatorStart start)
    {
        var simulator = await SimulatorProcess.StartAsync(start, CancellationToken);
        await simulator.PairAsync(Slot, CancellationToken);
        return simulator;
    }

    private static async Task<HttpStatusCode> AskAsync(SimulatorProcess simulator, string path)
    {
        using var response = await simulator.GetAsync(path, Slot, CancellationToken);
        return response.StatusCode;
    }
}
