using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using WaPlatform.Tests.Processes;

namespace WaPlatform.Tests.Platform.Secrets;

/// <summary>A whole story with secrets that can be recognized: afterwards none of them is anywhere that the platform wrote.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PlantedSecretsTests
{
    private const string Phone = "5511999990801";
    private const string AdminPassword = "planted-admin-password";
    private const string NewPassword = "planted-new-password";
    private const string WrongPassword = "planted-wrong-password";
    private const string ProxyPassword = "planted-proxy-password";
    private const string Proxy = $"socks5://proxy-user:{ProxyPassword}@127.0.0.1:9";
    private const string JwtSecret = "planted-jwt-secret-0f3c9a7e5d1b48260f3c9a7e";
    private const string MasterKey = "planted-master-key-7d1b48260f3c9a7e5d1b4826";
    private const string WebhookHeader = "planted-webhook-header";
    private const string Body = "planted-message-body";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WholeStory_WithPlantedSecrets_LeavesNoneOfThemInTheClear()
    {
        await using var telemetry = await OtlpReceiver.StartAsync(CancellationToken);
        await using var platform = await StandaloneProcess.StartSignedOutAsync(Start(telemetry.Address), CancellationToken);
        var secrets = new Dictionary<string, string>
        {
            ["admin password"] = AdminPassword, ["new password"] = NewPassword, ["wrong password"] = WrongPassword, ["proxy password"] = ProxyPassword,
            ["token secret"] = JwtSecret, ["master key"] = MasterKey, ["webhook header"] = WebhookHeader,
        };

        await SignInAsync(platform, secrets);
        var engine = await PairBehindAProxyAsync(platform);
        AddEngineSecrets(engine, secrets);
        await SendAsync(platform);
        await FollowLogsAsync(platform, secrets["access token"]);
        await SubscribeAsync(platform, secrets);
        await ChangePasswordAsync(platform, secrets);
        var commands = CommandLines(platform);
        var (exitCode, _) = await platform.TerminateAsync(CancellationToken);

        Assert.Equal(0, exitCode);
        Assert.Contains(commands, command => command.Contains("rest", StringComparison.Ordinal));
        var said = (Name: "console", Bytes: Encoding.UTF8.GetBytes(platform.Output.Text + platform.Error.Text + string.Join('\n', commands)));
        var files = Files(platform.DataDirectory);
        Assert.Contains(files, file => file.Name.EndsWith("waplatform.db", StringComparison.Ordinal));
        Assert.Contains(files, file => file.Name.Contains("/keys/", StringComparison.Ordinal));
        Assert.Equal(["/v1/logs", "/v1/metrics", "/v1/traces"], telemetry.Received.Select(sent => sent.Path).Distinct().Order());
        var sent = telemetry.Received.Select(batch => (Name: batch.Path, Bytes: batch.Body)).ToList();

        AssertNone(secrets, [said, .. files, .. sent]);
        AssertNone(new() { ["message"] = Body }, [said, .. sent]);
        AssertPrivate(platform.DataDirectory);
    }

    private static StandaloneStart Start(string telemetry) => new()
    {
        Environment = new Dictionary<string, string?>
        {
            ["JWT_SECRET"] = JwtSecret,
            ["DEFAULT_ADMIN_PASS"] = AdminPassword,
            ["WAPLATFORM_MASTER_KEY"] = MasterKey,
            ["Webhooks__AllowedHosts"] = "127.0.0.1",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = telemetry,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
        },
    };

    private static async Task SignInAsync(StandaloneProcess platform, Dictionary<string, string> secrets)
    {
        using var nobody = platform.CreateClient();
        using (var wrong = await nobody.PostAsJsonAsync("/api/auth/login", new { username = "admin", password = WrongPassword }, CancellationToken))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        // Where the harness looks for it; the platform writes no password that was configured.
        var file = Path.Combine(platform.DataDirectory, "admin-password");
        Assert.False(File.Exists(file));
        await File.WriteAllTextAsync(file, AdminPassword, CancellationToken);
        await platform.SignInAsync(CancellationToken);
        File.Delete(file);
        secrets["access token"] = platform.Client.DefaultRequestHeaders.Authorization!.Parameter!;
    }

    private static async Task<int> PairBehindAProxyAsync(StandaloneProcess platform)
    {
        using var registered = await platform.Client.PostAsJsonAsync(
            "/api/devices", new { phoneNumber = Phone, proxy = Proxy, queue = new { concurrency = 1, intervalMs = 0, intervalCap = 1 } }, CancellationToken);
        var device = await registered.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);
        Assert.Equal("socks5://proxy-user:***@127.0.0.1:9", device.GetProperty("proxy").GetString());
        await platform.Client.GetFromJsonAsync<JsonElement>($"/api/devices/{Phone}/qr", CancellationToken);
        await platform.ControlAsync(Phone, "scan", new { }, CancellationToken);
        return (await platform.WaitForStateAsync(Phone, "connected", CancellationToken)).Pid();
    }

    // Made anew for each start of an engine: in its environment, where they belong, and nowhere else.
    private static void AddEngineSecrets(int pid, Dictionary<string, string> secrets)
    {
        var environment = File.ReadAllText($"/proc/{pid}/environ").Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(variable => variable.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal(Proxy, environment["WHATSAPP_PROXY"]);
        secrets["engine password"] = environment["APP_BASIC_AUTH"].Split(':')[1];
        secrets["engine webhook secret"] = environment["WHATSAPP_WEBHOOK_SECRET"];
        secrets["engine webhook token"] = environment["WHATSAPP_WEBHOOK"].Split('/')[^1];
        Assert.DoesNotContain(environment.Values, value => value.Contains(JwtSecret, StringComparison.Ordinal) || value.Contains(MasterKey, StringComparison.Ordinal));
    }

    private static async Task SendAsync(StandaloneProcess platform)
    {
        using var sent = await platform.Client.PostAsJsonAsync("/api/messages/send", new { from = Phone, to = "5511888888888", message = Body }, CancellationToken);
        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        await platform.ControlAsync(Phone, "incoming", new { from = "5511977776666", text = Body }, CancellationToken);
    }

    private static async Task FollowLogsAsync(StandaloneProcess platform, string token)
    {
        using var client = platform.CreateClient();
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        using var stream = await client.GetAsync($"/api/devices/{Phone}/logs?access_token={token}", HttpCompletionOption.ResponseHeadersRead, CancellationToken);
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);
        await using var hub = await HubClient.ConnectAsync(platform, CancellationToken);
    }

    private static async Task SubscribeAsync(StandaloneProcess platform, Dictionary<string, string> secrets)
    {
        var secret = $"whsec_{Convert.ToBase64String(Encoding.ASCII.GetBytes("planted-webhook-secret-of-tests"))}";
        using var made = await platform.Client.PostAsJsonAsync(
            "/api/webhooks", new { url = "https://127.0.0.1:9/hook", secret, events = new[] { "*" }, headers = new Dictionary<string, string> { ["X-Own"] = WebhookHeader } }, CancellationToken);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        secrets["webhook secret"] = secret;
    }

    private static async Task ChangePasswordAsync(StandaloneProcess platform, Dictionary<string, string> secrets)
    {
        using var changed = await platform.Client.PostAsJsonAsync("/api/auth/change-password", new { currentPassword = AdminPassword, newPassword = NewPassword }, CancellationToken);
        var answer = await changed.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        secrets["next access token"] = answer.GetProperty("token").GetString()!;
        secrets["refresh token"] = answer.GetProperty("refreshToken").GetString()!;
    }

    private static List<string> CommandLines(StandaloneProcess platform) =>
        [.. LeftOver.Find(platform.DataDirectory).Select(pid => File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/cmdline")).Replace('\0', ' '))];

    private static List<(string Name, byte[] Bytes)> Files(string directory) =>
        [.. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Select(file => (file, File.ReadAllBytes(file)))];

    private static void AssertNone(Dictionary<string, string> secrets, IReadOnlyList<(string Name, byte[] Bytes)> places)
    {
        var found = from place in places
                    from secret in secrets
                    where place.Bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret.Value)) >= 0
                    select $"{secret.Key} in {place.Name}";
        Assert.Empty(found.Distinct());
    }

    private static void AssertPrivate(string directory)
    {
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        Assert.All(
            Directory.EnumerateFileSystemEntries(directory, "*", SearchOption.AllDirectories).Append(directory),
            path => Assert.True((File.GetUnixFileMode(path) & Others) == UnixFileMode.None, $"{path}: {File.GetUnixFileMode(path)}"));
    }
}
