using System.ComponentModel;
using System.Text.Json;
using StackExchange.Redis;
using WaPlatform.Tests.Processes;

namespace WaPlatform.Tests.Platform.Messages;

/// <summary>What is broken in the course of a test, in a random order: so many of each kind, so that no device meets with more than it may.</summary>
/// <param name="redis">Redis of the platform; null if it has its own, which is lost whenever the platform is killed.</param>
internal sealed class ChaosPlan(StandaloneProcess platform, IReadOnlyList<string> phones, string? redis, Random random)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly List<string> _story = [];

    /// <summary>What was done so far.</summary>
    public string Story => string.Join(", ", _story);

    /// <summary>Does everything, evenly over the progress of the test.</summary>
    /// <param name="progress">From 0 to 1.</param>
    public async Task RunAsync(Func<Task<double>> progress, CancellationToken cancellationToken)
    {
        var steps = Steps();
        for (var index = 0; index < steps.Length; index++)
        {
            while (await progress() < (index + 1.0) / (steps.Length + 1))
            {
                await Task.Delay(Look, TimeProvider.System, cancellationToken);
            }

            await steps[index](cancellationToken);
        }
    }

    private Func<CancellationToken, Task>[] Steps()
    {
        Func<CancellationToken, Task>[] steps =
        [
            .. Enumerable.Repeat(KillEngineAsync, 10),
            .. Enumerable.Repeat((CancellationToken cancellationToken) => LoseAnswersAsync("commitThenDrop", random.Next(1, 4), cancellationToken), 8),
            .. Enumerable.Repeat(DieWithASendAsync, 3),
            KillPlatformAsync,
            KillPlatformAsync,
            .. redis is null ? [] : (Func<CancellationToken, Task>[])[_ => FlushAsync(redis)],
        ];
        random.Shuffle(steps);
        return steps;
    }

    private Task KillEngineAsync(CancellationToken cancellationToken) => OnOneAsync(device =>
    {
        Signal.Send(device.Pid(), Signal.Kill);
        Tell($"engine {Name(device)} killed");
        return Task.FromResult(true);
    }, cancellationToken);

    private Task LoseAnswersAsync(string mode, int count, CancellationToken cancellationToken) => OnOneAsync(async device =>
    {
        await platform.ControlAsync(device.GetProperty("phoneNumber").GetString()!, "sends", new { mode, count }, cancellationToken);
        Tell($"{mode} {Name(device)} {count}");
        return true;
    }, cancellationToken);

    // Of such a send WhatsApp tells once, when the next engine connects. Were that engine killed in this moment, too, nobody could know of it any more:
    // nothing else is broken before it is settled.
    private async Task DieWithASendAsync(CancellationToken cancellationToken)
    {
        var (phone, pid) = ("", 0);
        await OnOneAsync(async device =>
        {
            (phone, pid) = (device.GetProperty("phoneNumber").GetString()!, device.Pid());
            await platform.ControlAsync(phone, "sends", new { mode = "commitThenDie", count = 1 }, cancellationToken);
            Tell($"commitThenDie {Name(device)}");
            return true;
        }, cancellationToken);
        var device = await platform.WaitForDeviceAsync(phone, device => HasEnded(device, pid) || IsIdle(device), cancellationToken);
        if (!HasEnded(device, pid))
        {
            await platform.ControlAsync(phone, "sends", new { mode = "ok" }, cancellationToken);
            Tell("not needed");
            return;
        }

        var last = (await platform.LedgerAsync(phone, cancellationToken))[^1];
        await platform.WaitForAsync(
            async () => (await platform.MessagesAsync(phone, cancellationToken)).Exists(message => message.GetProperty("whatsappMessageId").GetString() == last.Id), cancellationToken);
    }

    // Any that is connected; one that goes away in this moment is as good as one that is not.
    private async Task OnOneAsync(Func<JsonElement, Task<bool>> act, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var device = await platform.DeviceAsync(phones[random.Next(phones.Count)], cancellationToken);
                if (device.GetProperty("state").GetString() == "connected" && await act(device))
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or Win32Exception or InvalidOperationException)
            {
            }

            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
    }

    private async Task KillPlatformAsync(CancellationToken cancellationToken)
    {
        Tell("platform killed");
        await platform.KillAsync(cancellationToken);
        await platform.RestartAsync(cancellationToken);
    }

    private async Task FlushAsync(string connectionString)
    {
        Tell("Redis flushed");
        await using var connection = await ConnectionMultiplexer.ConnectAsync(connectionString);
        await connection.GetDatabase().ExecuteAsync("FLUSHDB");
    }

    private void Tell(string what) => _story.Add($"{TimeProvider.System.GetUtcNow():mm:ss} {what}");

    private static bool HasEnded(JsonElement device, int pid) => device.GetProperty("process").ValueKind == JsonValueKind.Null || device.Pid() != pid;

    private static bool IsIdle(JsonElement device) => device.GetProperty("queue").GetProperty("pending").GetInt32() + device.GetProperty("queue").GetProperty("sending").GetInt32() == 0;

    private static string Name(JsonElement device) => device.GetProperty("phoneNumber").GetString()![^2..];
}
