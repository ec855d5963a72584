using System.Net.Http.Json;
using System.Text.Json;

namespace WaPlatform.Tests.Simulator;

/// <summary>The phone in front of a simulator: its control surface, and what a supervisor does around it.</summary>
public static class SimulatorPhone
{
    public const string Number = "628123456789";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Creates a slot; the id must be new.</summary>
    public static async Task CreateSlotAsync(this SimulatorProcess simulator, string slot, CancellationToken cancellationToken)
    {
        using var response = await simulator.Client.PostAsJsonAsync(new Uri("/devices", UriKind.Relative), new { device_id = slot }, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Creates a slot, asks for a QR, scans it and waits until the number is online.</summary>
    public static async Task PairAsync(this SimulatorProcess simulator, string slot, CancellationToken cancellationToken, string number = Number)
    {
        await simulator.CreateSlotAsync(slot, cancellationToken);
        using (await simulator.GetAsync("/app/login", slot, cancellationToken))
        {
        }

        await simulator.ControlAsync("scan", new { device_id = slot, phone = number }, cancellationToken);
        await simulator.OnlineAsync(slot, cancellationToken);
    }

    /// <summary>Waits until the slot is connected and logged in.</summary>
    public static Task OnlineAsync(this SimulatorProcess simulator, string slot, CancellationToken cancellationToken) => Eventually.TrueAsync(
        async token =>
        {
            var status = await simulator.ResultsAsync("/app/status", slot, token);
            return status.GetProperty("is_connected").GetBoolean() && status.GetProperty("is_logged_in").GetBoolean();
        },
        Patience,
        cancellationToken);

    /// <summary>Tells the simulated world to do something: <c>POST /_simulator/{command}</c>.</summary>
    public static async Task ControlAsync(this SimulatorProcess simulator, string command, object body, CancellationToken cancellationToken)
    {
        using var response = await simulator.Client.PostAsJsonAsync(new Uri($"/_simulator/{command}", UriKind.Relative), body, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"/_simulator/{command}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }

    /// <summary>GET on behalf of a slot, whatever the answer.</summary>
    public static Task<HttpResponseMessage> GetAsync(this SimulatorProcess simulator, string path, string slot, CancellationToken cancellationToken) =>
        simulator.SendAsync(HttpMethod.Get, path, slot, null, cancellationToken);

    /// <summary>POST with a JSON body on behalf of a slot, whatever the answer.</summary>
    public static Task<HttpResponseMessage> PostAsync(this SimulatorProcess simulator, string path, string slot, object body, CancellationToken cancellationToken) =>
        simulator.SendAsync(HttpMethod.Post, path, slot, JsonContent.Create(body), cancellationToken);

    /// <summary>The <c>results</c> of a successful GET.</summary>
    public static async Task<JsonElement> ResultsAsync(this SimulatorProcess simulator, string path, string slot, CancellationToken cancellationToken)
    {
        using var response = await simulator.GetAsync(path, slot, cancellationToken);
        response.EnsureSuccessStatusCode();
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        return body.GetProperty("results");
    }

    private static async Task<HttpResponseMessage> SendAsync(
        this SimulatorProcess simulator, HttpMethod method, string path, string slot, HttpContent? content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        request.Headers.Add("X-Device-Id", slot);
        return await simulator.Client.SendAsync(request, cancellationToken);
    }
}
