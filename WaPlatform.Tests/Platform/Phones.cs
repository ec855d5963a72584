using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace WaPlatform.Tests.Platform;

/// <summary>What a user of the API does with a number, through HTTP alone.</summary>
internal static class Phones
{
    extension(IPlatform platform)
    {
        public async Task<JsonElement> RegisterAsync(string phone, CancellationToken cancellationToken)
        {
            using var answer = await platform.Client.PostAsJsonAsync("/api/devices", new { phoneNumber = phone, queue = new { concurrency = 1, intervalMs = 0, intervalCap = 1 } }, cancellationToken);
            answer.EnsureSuccessStatusCode();
            return await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        }

        /// <summary>Registers a number, shows its code, and lets the simulator's phone scan it.</summary>
        public async Task<JsonElement> PairAsync(string phone, CancellationToken cancellationToken)
        {
            await platform.RegisterAsync(phone, cancellationToken);
            await platform.Client.GetFromJsonAsync<JsonElement>($"/api/devices/{phone}/qr", cancellationToken);
            await platform.ControlAsync(phone, "scan", new { }, cancellationToken);
            return await platform.WaitForStateAsync(phone, "connected", cancellationToken);
        }

        public async Task ControlAsync(string phone, string action, object body, CancellationToken cancellationToken)
        {
            using var answer = await platform.Client.PostAsJsonAsync($"/proxy/whatsapp/{phone}/_simulator/{action}", body, cancellationToken);
            answer.EnsureSuccessStatusCode();
        }

        public Task<JsonElement> DeviceAsync(string phone, CancellationToken cancellationToken) =>
            platform.Client.GetFromJsonAsync<JsonElement>($"/api/devices/{phone}", cancellationToken)!;

        public Task<JsonElement> WaitForStateAsync(string phone, string state, CancellationToken cancellationToken) =>
            platform.WaitForDeviceAsync(phone, device => device.GetProperty("state").GetString() == state, cancellationToken);

        public async Task<JsonElement> WaitForDeviceAsync(string phone, Func<JsonElement, bool> condition, CancellationToken cancellationToken)
        {
            var start = Stopwatch.GetTimestamp();
            while (true)
            {
                var device = await platform.DeviceAsync(phone, cancellationToken);
                if (condition(device))
                {
                    return device;
                }

                Assert.True(Stopwatch.GetElapsedTime(start) < StandaloneProcess.Patience, $"In vain: {device}\n{string.Join('\n', platform.Said)}");
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
            }
        }
    }

    public static int Pid(this JsonElement device) => device.GetProperty("process").GetProperty("pid").GetInt32();
}
