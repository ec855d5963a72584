using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace WaPlatform.Benchmarks.Processes;

/// <summary>One engine without a platform: what its sends cost when they are called directly is what all else is compared with.</summary>
internal sealed class EngineYardstick : IAsyncDisposable
{
    private const string Slot = "5511999990000";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _process;

    private EngineYardstick(ChildProcess process, HttpClient client) => (_process, Client) = (process, client);

    public HttpClient Client { get; }

    /// <summary>Starts an engine and pairs a number on it.</summary>
    public static async Task<EngineYardstick> StartAsync(CancellationToken cancellationToken)
    {
        var process = ChildProcess.Start(BuildOutput.Simulator, ["rest"], "Server started on:", _ => new()
        {
            ["APP_HOST"] = "127.0.0.1",
            ["APP_PORT"] = "0",
            ["APP_UI_ENABLED"] = "false",
            ["MCP_ENABLED"] = "false",
            ["APP_BASIC_AUTH"] = "u:p",
            ["NO_COLOR"] = "1",
        });
        try
        {
            // [::] is what it prints for every address.
            var address = (await process.WaitForLineAsync(cancellationToken)).Replace("[::]", "127.0.0.1", StringComparison.Ordinal);
            var client = KeepAliveClient.Create(new Uri(address));
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("u:p"u8));
            client.DefaultRequestHeaders.Add("X-Device-Id", Slot);
            var yardstick = new EngineYardstick(process, client);
            await yardstick.PairAsync(cancellationToken);
            return yardstick;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>A send as the engine takes it.</summary>
    public static Call Send(int number) => new("/send/message", Encoding.UTF8.GetBytes($$"""{"phone":"5511888887777@s.whatsapp.net","message":"direct {{number}}"}"""));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _process.DisposeAsync();
    }

    private async Task PairAsync(CancellationToken cancellationToken)
    {
        await PostAsync("/devices", new { device_id = Slot }, cancellationToken);
        using (var login = await Client.GetAsync(new Uri("/app/login", UriKind.Relative), cancellationToken))
        {
            login.EnsureSuccessStatusCode();
        }

        await PostAsync("/_simulator/scan", new { device_id = Slot, phone = Slot }, cancellationToken);
        await Waiting.UntilAsync(() => IsOnlineAsync(cancellationToken), "the yardstick's number is online", Patience, TimeSpan.FromMilliseconds(50), cancellationToken);
    }

    private async Task<bool> IsOnlineAsync(CancellationToken cancellationToken)
    {
        var status = (await Client.GetFromJsonAsync<JsonElement>("/app/status", cancellationToken)).GetProperty("results");
        return status.GetProperty("is_connected").GetBoolean() && status.GetProperty("is_logged_in").GetBoolean();
    }

    private async Task PostAsync(string path, object body, CancellationToken cancellationToken)
    {
        using var answer = await Client.PostAsJsonAsync(path, body, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
