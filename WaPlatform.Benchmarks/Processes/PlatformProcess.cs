using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace WaPlatform.Benchmarks.Processes;

/// <summary>The whole platform, a process on a directory and ports of its own, and what a client of its API does with it.</summary>
internal sealed class PlatformProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _process;

    private PlatformProcess(ChildProcess process, HttpClient client) => (_process, Client) = (process, client);

    /// <summary>Signed in as the first admin.</summary>
    public HttpClient Client { get; }

    /// <summary>Processor time of the platform so far, without its engines'.</summary>
    public TimeSpan ProcessorTime => _process.ProcessorTime;

    /// <summary>Bytes of the platform's memory that are resident, without its engines'.</summary>
    public long Memory => _process.Memory;

    /// <summary>Of the first admin.</summary>
    public string Token => Client.DefaultRequestHeaders.Authorization!.Parameter!;

    /// <summary>Starts it and signs in.</summary>
    public static async Task<PlatformProcess> StartAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var process = ChildProcess.Start(BuildOutput.Standalone, [], "API      ", directory => Variables(options, directory));
        try
        {
            var address = (await process.WaitForLineAsync(cancellationToken)).Split(',')[0];
            var platform = new PlatformProcess(process, KeepAliveClient.Create(new Uri(address)));
            await platform.SignInAsync(cancellationToken);
            return platform;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>A message as the API takes it.</summary>
    public static Call Send(string from, string text, bool wait) => new(
        "/api/messages/send", Encoding.UTF8.GetBytes($$"""{"from":"{{from}}","to":"5511888887777","message":"{{text}}","wait":{{(wait ? "true" : "false")}}}"""));

    /// <summary>Registers a number without pauses between its messages.</summary>
    /// <param name="start">False: it never runs, and only accepts.</param>
    public async Task RegisterAsync(string phone, bool start, CancellationToken cancellationToken)
    {
        using var answer = await Client.PostAsJsonAsync(
            "/api/devices", new { phoneNumber = phone, autoStart = start, queue = new { concurrency = 1, intervalMs = 0, intervalCap = 1 } }, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Registers a number, shows its code, lets the simulator's phone scan it, and waits until it is connected.</summary>
    public async Task PairAsync(string phone, CancellationToken cancellationToken)
    {
        await RegisterAsync(phone, start: true, cancellationToken);
        await Client.GetFromJsonAsync<JsonElement>($"/api/devices/{phone}/qr", cancellationToken);
        using (var scanned = await Client.PostAsJsonAsync($"/proxy/whatsapp/{phone}/_simulator/scan", new { }, cancellationToken))
        {
            scanned.EnsureSuccessStatusCode();
        }

        await Waiting.UntilAsync(
            async () => (await Client.GetFromJsonAsync<JsonElement>($"/api/devices/{phone}", cancellationToken)).GetProperty("state").GetString() == "connected",
            "a device is connected", Patience, TimeSpan.FromMilliseconds(100), cancellationToken);
    }

    /// <summary>What its engine notes of each send that reached the simulated WhatsApp. Missing until the first one.</summary>
    public string LedgerFile(string phone) => Path.Combine(_process.Directory, "sessions", phone, "sim-ledger.jsonl");

    /// <summary>Waits until the receipts and events of what was sent before are dealt with, so that they do not weigh on the next figure.</summary>
    public async Task WaitUntilQuietAsync(CancellationToken cancellationToken)
    {
        var window = TimeSpan.FromMilliseconds(300);
        var before = ProcessorTime;

        // The simulator's receipts come 200 ms after a send.
        await Task.Delay(window, TimeProvider.System, cancellationToken);
        await Waiting.UntilAsync(
            () =>
            {
                var used = ProcessorTime - before;
                before += used;
                return Task.FromResult(used < window / 10);
            },
            "the platform has nothing to do", Patience, window, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _process.DisposeAsync();
    }

    private static Dictionary<string, string> Variables(BenchmarkOptions options, string directory)
    {
        var variables = new Dictionary<string, string>
        {
            ["WAPLATFORM_DATA"] = directory,
            ["API_HOST"] = "127.0.0.1",
            ["API_PORT"] = "0",
            ["API_RATE_LIMIT"] = "0",
            ["PROCESS_BASE_PORT"] = "0",
            ["Webhooks__AllowedHosts"] = "127.0.0.1",
            ["ENGINE"] = "simulator",
            ["ENGINE_PATH"] = BuildOutput.Simulator,
        };
        if (options.Database is { } database)
        {
            variables["ConnectionStrings__wadb"] = database;
        }

        if (options.Redis is { } redis)
        {
            variables["ConnectionStrings__redis"] = redis;
        }

        return variables;
    }

    private async Task SignInAsync(CancellationToken cancellationToken)
    {
        var password = Path.Combine(_process.Directory, "admin-password");
        if (!File.Exists(password))
        {
            throw new BenchmarkException("The platform made no first user: its database is not empty.");
        }

        using var answer = await Client.PostAsJsonAsync(
            "/api/auth/login", new { username = "admin", password = (await File.ReadAllTextAsync(password, cancellationToken)).Trim() }, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.Unauthorized)
        {
            throw new BenchmarkException("The platform refused its first user: its database is not empty.");
        }

        answer.EnsureSuccessStatusCode();
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("token").GetString();
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }
}
