using System.Text.Json;
using WaPlatform.Tests.Postgres;

namespace WaPlatform.Tests.Simulator.Processes;

/// <summary>Starts on PostgreSQL end or serve as the real binary's did, with its words, its tables and its one connection (real.md §3.1).</summary>
public sealed class PostgresRunTests(PostgresServer postgres)
{
    private const string Password = "p@ss/w:rd";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_OnPostgres_DoesWhatTheBinaryDidOneAfterTheOther()
    {
        var database = await postgres.CreateDatabaseAsync(CancellationToken);
        var role = $"gw_{Guid.NewGuid():N}";
        await PostgresAddress.ExecuteAsync(
            database, $"CREATE ROLE {role} LOGIN PASSWORD '{Password}'; CREATE SCHEMA s1; CREATE SCHEMA s2; CREATE SCHEMA s3 AUTHORIZATION {role}", CancellationToken);
        string Super(string query) => PostgresAddress.ToUri(database, query);
        string Plain(string query) => PostgresAddress.ToUri(database, query, (role, Password));

        (string Name, string Uri)[] runs =
        [
            ("schema_s1", Super("search_path=s1&sslmode=disable")),
            ("schema_s1_again", Super("search_path=s1&sslmode=disable")),
            ("schema_missing", Super("search_path=nope&sslmode=disable")),
            ("schema_s2_owner_other", Plain("search_path=s2&sslmode=disable")),
            ("schema_s3_gw", Plain("search_path=s3&sslmode=disable")),
            ("no_sslmode", Super("search_path=s1")),
            ("no_search_path", Super("sslmode=disable")),
            ("options_form", Super("options=-csearch_path%3Ds1&sslmode=disable")),
            ("quoted", $"\"{Super("search_path=s1&sslmode=disable")}\""),
            ("bad_db", Super("sslmode=disable").Replace("/t_", "/nodb_", StringComparison.Ordinal)),
            ("unknown_param", Super("search_path=s1&sslmode=disable&foo=bar")),
            ("pool_param", Super("search_path=s1&sslmode=disable&application_name=gowa-num-1&connect_timeout=5")),
        ];
        foreach (var (name, uri) in runs)
        {
            await AssertRunsAsync(name, uri, database);
        }
    }

    [Fact]
    public async Task Start_RoleAndSchemaForEach_NoneSeesTheOther()
    {
        var database = await postgres.CreateDatabaseAsync(CancellationToken);
        var roles = (string[])[$"r1_{Guid.NewGuid():N}", $"r2_{Guid.NewGuid():N}"];
        foreach (var role in roles)
        {
            await PostgresAddress.ExecuteAsync(database, $"CREATE ROLE {role} LOGIN PASSWORD '{Password}'; CREATE SCHEMA {role} AUTHORIZATION {role}", CancellationToken);
        }

        // The second without search_path, and again: a schema named like the role is found.
        await AssertServesAsync(PostgresAddress.ToUri(database, $"search_path={roles[0]}&sslmode=disable", (roles[0], Password)));
        await AssertServesAsync(PostgresAddress.ToUri(database, "sslmode=disable", (roles[1], Password)));
        await AssertServesAsync(PostgresAddress.ToUri(database, "sslmode=disable", (roles[1], Password)));

        Assert.Equal(roles.Select(role => $"{role}|17"), await TablesAsync(database));
    }

    [Fact]
    public async Task Start_SecondSchemaOfTheSameRole_ServesOnlyWithAVersionTableOfItsOwn()
    {
        var database = await postgres.CreateDatabaseAsync(CancellationToken);
        await PostgresAddress.ExecuteAsync(
            database, "CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE b.whatsmeow_version(version integer, compat integer)", CancellationToken);

        await AssertServesAsync(PostgresAddress.ToUri(database, "search_path=b&sslmode=disable"));
        await using var refused = SimulatorProcess.Launch(new SimulatorStart().With("DB_URI", PostgresAddress.ToUri(database, "search_path=a&sslmode=disable")));

        Assert.Equal(2, await refused.ExitAsync(CancellationToken));
        Assert.StartsWith(
            "panic: Database initialization error: failed to upgrade database: pq: relation \"whatsmeow_version\" does not exist at column 29 (42P01)", refused.Error.Text, StringComparison.Ordinal);
        Assert.Equal(["b|17"], await TablesAsync(database));
    }

    [Fact]
    public async Task Start_TablesOfARealGowa_AreLeftAlone()
    {
        var database = await postgres.CreateDatabaseAsync(CancellationToken);
        await PostgresAddress.ExecuteAsync(database, "CREATE TABLE whatsmeow_version(version integer, compat integer); INSERT INTO whatsmeow_version VALUES (11, 8)", CancellationToken);

        await using var refused = SimulatorProcess.Launch(new SimulatorStart().With("DB_URI", PostgresAddress.ToUri(database, "sslmode=disable")));

        Assert.Equal(2, await refused.ExitAsync(CancellationToken));
        Assert.Equal(["public|1"], await TablesAsync(database));
    }

    private static async Task AssertRunsAsync(string name, string uri, string database)
    {
        var recorded = RecordedRun.Of(name, "postgres");
        await using var simulator = SimulatorProcess.Launch(new SimulatorStart().With("DB_URI", uri).With("SIM_AUTO_CONNECT_DELAY", "100"));
        if (recorded.ExitCode is { } code)
        {
            Assert.Equal(code, await simulator.ExitAsync(CancellationToken));
            Assert.Equal(Unnamed(ProcessMask.Varying(recorded.Output)), Unnamed(ProcessMask.Varying(simulator.Output.Text)));
            Assert.Equal(Unnamed(recorded.Error.Split('\n')[0]), Unnamed(simulator.Error.Lines[0]));
        }
        else
        {
            await simulator.ReadyAsync(CancellationToken);
            Assert.Equal(["1"], await PostgresAddress.QueryAsync(
                database, $"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%whatsmeow%'", CancellationToken));
            Assert.Equal(0, await simulator.StopAsync(CancellationToken));
            Assert.Equal(Marks(recorded.Error), Marks(simulator.Error.Text));
        }

        var files = Directory.EnumerateFileSystemEntries(Path.Combine(simulator.Directory, "storages")).Select(file => Path.GetFileName(file)!);
        Assert.Equal(recorded.Files, files.Order(StringComparer.Ordinal));
        Assert.Equal(RecordedTables(name), await PostgresAddress.QueryAsync(
            database, "SELECT schemaname || '.' || tablename FROM pg_tables WHERE tablename LIKE 'whatsmeow%' ORDER BY schemaname, tablename COLLATE \"C\"", CancellationToken));
    }

    // The databases of the tests have names of their own.
    private static string Unnamed(string text) => System.Text.RegularExpressions.Regex.Replace(text, "database \"nodb\\w*\"", "database \"nodb\"");

    // Whether the auto-connect came before the end is a matter of how long somebody looked on.
    private static string[] Marks(string error) =>
        [.. ProcessMask.Varying(error).Split('\n').Where(line => line.Length > 0 && !line.Contains("auto-connect skipped", StringComparison.Ordinal))];

    private static string[] RecordedTables(string name)
    {
        using var recording = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Simulator", "Recorded", "recorded-process.json")));
        return [.. recording.RootElement.GetProperty("postgres").GetProperty(name).GetProperty("tables").EnumerateArray().Select(table => table.GetString()!)];
    }

    private static async Task AssertServesAsync(string uri)
    {
        await using var simulator = await SimulatorProcess.StartAsync(new SimulatorStart().With("DB_URI", uri), CancellationToken);
        Assert.Equal(0, await simulator.StopAsync(CancellationToken));
    }

    private static Task<string[]> TablesAsync(string database) => PostgresAddress.QueryAsync(
        database, "SELECT schemaname || '|' || count(*) FROM pg_tables WHERE tablename LIKE 'whatsmeow%' GROUP BY schemaname ORDER BY schemaname", CancellationToken);
}
