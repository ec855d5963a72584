using System.Net.Http.Json;
using System.Text.Json;
using WaPlatform.Benchmarks.Processes;
using WaPlatform.Benchmarks.Results;

namespace WaPlatform.Benchmarks.Scenarios;

/// <summary>How late events come to healthy webhooks, by turns without and with hostile ones beside them.</summary>
internal sealed class WebhookScenario(Ground ground, WebhookReceivers receivers, WebhookSizes sizes)
{
    private static readonly string[] Wanted = ["message.status"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // Of a message: sent, delivered, read.
    private const int EventsOfAMessage = 3;

    private readonly List<string> _hostile = [];
    private int _number;

    public async Task SubscribeAsync(CancellationToken cancellationToken)
    {
        for (var number = 0; number < sizes.Healthy; number++)
        {
            await SubscribeAsync(receivers.Healthy(number), active: true, cancellationToken);
        }

        for (var number = 0; number < sizes.Hostile; number++)
        {
            _hostile.Add(await SubscribeAsync(receivers.Hostile(number), active: false, cancellationToken));
        }
    }

    /// <summary>One measurement without the hostile ones, and one with them.</summary>
    public async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        var alone = await MeasureAsync("webhooks: delay, healthy alone", report, cancellationToken);
        await SetHostileAsync(active: true, cancellationToken);
        var beside = await MeasureAsync("webhooks: delay, with hostile ones", report, cancellationToken);
        await SetHostileAsync(active: false, cancellationToken);
        report.Add(Names.WebhookChange, "%", ((beside / alone) - 1) * 100);
    }

    /// <returns>p99 in ms.</returns>
    private async Task<double> MeasureAsync(string name, Report report, CancellationToken cancellationToken)
    {
        await ground.RestAsync(cancellationToken);
        receivers.TakeDelays();
        using var timer = new PeriodicTimer(sizes.Pause, TimeProvider.System);
        for (var sent = 0; sent < sizes.Messages; sent++)
        {
            var call = PlatformProcess.Send(ground.Senders[sent % ground.Senders.Length], $"webhook {_number++}", wait: false);
            await Load.SendAsync(ground.Platform.Client, call, Load.Accepted, cancellationToken);
            await timer.WaitForNextTickAsync(cancellationToken);
        }

        var expected = sizes.Messages * EventsOfAMessage * sizes.Healthy;
        await Waiting.UntilAsync(() => Task.FromResult(receivers.Count >= expected), "all events have come", Patience, TimeSpan.FromMilliseconds(100), cancellationToken);
        var delays = receivers.TakeDelays();
        report.Add($"{name}, p50", "ms", delays.Percentile(50));
        report.Add($"{name}, p99", "ms", delays.Percentile(99));
        return delays.Percentile(99);
    }

    private async Task<string> SubscribeAsync(string url, bool active, CancellationToken cancellationToken)
    {
        using var answer = await ground.Platform.Client.PostAsJsonAsync("/api/webhooks", new { url, events = Wanted, active }, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("id").GetString()!;
    }

    private async Task SetHostileAsync(bool active, CancellationToken cancellationToken)
    {
        foreach (var id in _hostile)
        {
            using var answer = await ground.Platform.Client.PatchAsJsonAsync($"/api/webhooks/{id}", new { active }, cancellationToken);
            answer.EnsureSuccessStatusCode();
        }
    }
}

/// <param name="Messages">Sent in each measurement, one each <paramref name="Pause"/>.</param>
internal sealed record WebhookSizes(int Healthy, int Hostile, int Messages, TimeSpan Pause)
{
    public static readonly WebhookSizes Full = new(Healthy: 40, Hostile: 10, Messages: 100, TimeSpan.FromMilliseconds(200));

    public static readonly WebhookSizes Smoke = new(Healthy: 4, Hostile: 5, Messages: 4, TimeSpan.FromMilliseconds(50));
}
