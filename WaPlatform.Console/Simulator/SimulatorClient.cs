using WaPlatform.Console.Http;

namespace WaPlatform.Console.Simulator;

/// <summary>Plays the phone of a simulated number, through the platform's proxy like any other client.</summary>
public sealed class SimulatorClient(ApiClient api)
{
    public Task ScanAsync(string phone, CancellationToken cancellationToken) => PostAsync(phone, "scan", null, cancellationToken);

    public Task ReceiveAsync(string phone, IncomingText message, CancellationToken cancellationToken) =>
        PostAsync(phone, "incoming", ApiClient.Json(message, ApiJson.Default.IncomingText), cancellationToken);

    public Task ReceiptAsync(string phone, Receipt receipt, CancellationToken cancellationToken) =>
        PostAsync(phone, "receipt", ApiClient.Json(receipt, ApiJson.Default.Receipt), cancellationToken);

    public Task SetNetworkAsync(string phone, bool up, CancellationToken cancellationToken) =>
        PostAsync(phone, "network", ApiClient.Json(new NetworkSwitch(up), ApiJson.Default.NetworkSwitch), cancellationToken);

    public Task SetSendsAsync(string phone, SendFault fault, CancellationToken cancellationToken) =>
        PostAsync(phone, "sends", ApiClient.Json(fault, ApiJson.Default.SendFault), cancellationToken);

    public Task SetDeafAsync(string phone, bool on, CancellationToken cancellationToken) =>
        PostAsync(phone, "deaf", ApiClient.Json(new Switch(on), ApiJson.Default.Switch), cancellationToken);

    public Task HangAsync(string phone, int seconds, CancellationToken cancellationToken) =>
        PostAsync(phone, "hang", ApiClient.Json(new Hang(seconds), ApiJson.Default.Hang), cancellationToken);

    /// <summary>Ends the engine as a panic would: the answer never comes, and that is no failure.</summary>
    public async Task CrashAsync(string phone, CancellationToken cancellationToken)
    {
        try
        {
            await PostAsync(phone, "crash", null, cancellationToken);
        }
        catch (ApiException exception) when (exception.Problem.Status is 502 or 503 || exception.Problem.Code is Problem.NoAnswer or "ENGINE_UNAVAILABLE")
        {
            // It died while it was asked.
        }
    }

    public Task UnlinkAsync(string phone, CancellationToken cancellationToken) => PostAsync(phone, "logout", null, cancellationToken);

    private Task PostAsync(string phone, string act, HttpContent? body, CancellationToken cancellationToken) =>
        api.SendAsync(HttpMethod.Post, $"/proxy/whatsapp/{Uri.EscapeDataString(phone)}/_simulator/{act}", body, cancellationToken);
}
