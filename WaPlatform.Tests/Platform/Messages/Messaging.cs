using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace WaPlatform.Tests.Platform.Messages;

/// <summary>What a user does with messages through HTTP alone, and what reached WhatsApp.</summary>
internal static class Messaging
{
    /// <summary>Statuses of a message that WhatsApp has.</summary>
    public static readonly string[] Out = ["sent", "delivered", "read"];

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    extension(IPlatform platform)
    {
        /// <summary>Has a message accepted without waiting for its outcome; its id.</summary>
        public async Task<string> AcceptAsync(object message, CancellationToken cancellationToken)
        {
            using var answer = await platform.Client.PostAsJsonAsync("/api/messages/send", message, cancellationToken);
            var said = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            Assert.True(answer.IsSuccessStatusCode, $"{said}");
            return said.Id();
        }

        public Task<JsonElement> MessageAsync(string id, CancellationToken cancellationToken) =>
            platform.Client.GetFromJsonAsync<JsonElement>($"/api/messages/{id}", cancellationToken)!;

        /// <summary>Waits until a message has one of some statuses.</summary>
        public async Task<JsonElement> WaitForMessageAsync(string id, IReadOnlyCollection<string> statuses, CancellationToken cancellationToken)
        {
            var start = Stopwatch.GetTimestamp();
            while (true)
            {
                var message = await platform.MessageAsync(id, cancellationToken);
                if (statuses.Contains(message.Status()))
                {
                    return message;
                }

                Assert.True(Stopwatch.GetElapsedTime(start) < StandaloneProcess.Patience, $"Not {string.Join(" or ", statuses)}: {await platform.StoryAsync(id, cancellationToken)}\n{string.Join('\n', platform.Said)}");
                await Task.Delay(Look, TimeProvider.System, cancellationToken);
            }
        }

        /// <summary>Waits until a condition holds.</summary>
        public async Task WaitForAsync(Func<Task<bool>> condition, CancellationToken cancellationToken)
        {
            var start = Stopwatch.GetTimestamp();
            while (!await condition())
            {
                Assert.True(Stopwatch.GetElapsedTime(start) < StandaloneProcess.Patience, $"In vain.\n{string.Join('\n', platform.Said)}");
                await Task.Delay(Look, TimeProvider.System, cancellationToken);
            }
        }

        /// <summary>Every message of a device, the earliest first.</summary>
        public async Task<List<JsonElement>> MessagesAsync(string phone, CancellationToken cancellationToken)
        {
            var messages = new List<JsonElement>();
            string? after = null;
            do
            {
                var page = await platform.Client.GetFromJsonAsync<JsonElement>($"/api/messages?device={phone}&limit=500{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}", cancellationToken);
                messages.AddRange(page.GetProperty("items").EnumerateArray());
                after = page.GetProperty("next").GetString();
            }
            while (after is not null);
            messages.Reverse();
            return messages;
        }

        /// <summary>How many messages of all devices have one of some statuses.</summary>
        public async Task<int> CountAsync(IEnumerable<string> statuses, CancellationToken cancellationToken) =>
            (await platform.Client.GetFromJsonAsync<JsonElement>($"/api/messages?status={string.Join(',', statuses)}&limit=1", cancellationToken)).GetProperty("total").GetInt32();

        /// <summary>Every hop of a message, to find out from.</summary>
        public Task<string> StoryAsync(string id, CancellationToken cancellationToken) =>
            platform.Client.GetStringAsync(new Uri($"/api/messages/{id}/timeline", UriKind.Relative), cancellationToken);

        /// <summary>What a device's engines sent, in order; what earlier ones sent, too.</summary>
        public async Task<List<LedgerLine>> LedgerAsync(string phone, CancellationToken cancellationToken)
        {
            var path = platform.LedgerOf(phone);
            return File.Exists(path) ? [.. (await File.ReadAllLinesAsync(path, cancellationToken)).Select(LedgerLine.Read).OfType<LedgerLine>().Where(line => line.Phone == phone)] : [];
        }

        public async Task<List<string>> TextsSentAsync(string phone, CancellationToken cancellationToken) =>
            [.. (await platform.LedgerAsync(phone, cancellationToken)).Select(line => line.Text)];

        public async Task PostAsync(string path, CancellationToken cancellationToken)
        {
            using var answer = await platform.Client.PostAsync(new Uri(path, UriKind.Relative), null, cancellationToken);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
        }

        public async Task SetQueueAsync(string phone, object queue, CancellationToken cancellationToken)
        {
            using var answer = await platform.Client.PatchAsJsonAsync($"/api/devices/{phone}", new { queue }, cancellationToken);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
        }
    }

    public static string Id(this JsonElement message) => message.GetProperty("id").GetString()!;

    public static string Status(this JsonElement message) => message.GetProperty("status").GetString()!;

    public static string? ErrorCodeOf(this JsonElement message) =>
        message.GetProperty("error") is { ValueKind: JsonValueKind.Object } error ? error.GetProperty("code").GetString() : null;
}

/// <summary>One send that reached WhatsApp.</summary>
internal sealed record LedgerLine(DateTimeOffset At, string Phone, string To, string Id, string Text)
{
    /// <returns>Null for a line that a kill cut: its message never arrived.</returns>
    public static LedgerLine? Read(string line)
    {
        try
        {
            var entry = JsonElement.Parse(line);
            return new LedgerLine(
                entry.GetProperty("at").GetDateTimeOffset(), entry.GetProperty("phone").GetString()!, entry.GetProperty("to").GetString()!, entry.GetProperty("id").GetString()!, entry.GetProperty("body").GetString()!);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
