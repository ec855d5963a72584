using WaPlatform.Tests.Platform;
using WaPlatform.Tests.Platform.Messages;

namespace WaPlatform.Tests.Cluster;

/// <summary>
/// Clients that send all the time, each for some devices of its own, through all gateways in turn, at a bounded rate. They give up no message:
/// what a gateway did not take they ask for again with the same key.
/// </summary>
internal sealed class Load : IAsyncDisposable
{
    private const int Clients = 6;

    // Of each client: together about thirty a second.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    private readonly IPlatform _platform;
    private readonly AcceptedMessages _all;
    private readonly List<ChaosSender> _senders;
    private readonly List<Task> _sending;
    private readonly CancellationTokenSource _enough = new();
    private readonly int _number;
    private int _accepted;

    private Load(IPlatform platform, IReadOnlyList<string> phones, AcceptedMessages all, CancellationToken cancellationToken)
    {
        (_platform, _all, _number) = (platform, all, all.NextLoad());
        _senders = [.. Enumerable.Range(0, Clients).Select(_ => new ChaosSender(platform, new Random(Random.Shared.Next())))];
        _sending = [.. _senders.Select((sender, client) => sender.SendAsync(Write(client, [.. phones.Where((_, index) => index % Clients == client)]), PaceAsync, cancellationToken))];
    }

    /// <summary>Messages accepted so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Starts to send, and waits until it goes well.</summary>
    public static async Task<Load> StartAsync(IPlatform platform, IReadOnlyList<string> phones, AcceptedMessages all, CancellationToken cancellationToken)
    {
        var load = new Load(platform, phones, all, cancellationToken);
        await load.MoreAsync(cancellationToken);
        return load;
    }

    /// <summary>Waits until two more messages of each device, on average, were accepted.</summary>
    public async Task MoreAsync(CancellationToken cancellationToken)
    {
        var before = Accepted;
        await _platform.WaitForAsync(
            async () =>
            {
                await (_sending.Find(sending => sending.IsFaulted) ?? Task.CompletedTask);
                return Accepted >= before + 60;
            },
            cancellationToken);
    }

    /// <summary>Ends, waits until everything is out, and fails unless each accepted message of these devices, now and before, reached WhatsApp exactly once.</summary>
    /// <returns>What happened, for the log.</returns>
    public async Task<string> FinishAsync(string about, CancellationToken cancellationToken)
    {
        await _enough.CancelAsync();
        await Task.WhenAll(_sending).WaitAsync(ServiceProcess.Patience, cancellationToken);
        HandIn();
        await _platform.WaitForAsync(async () => await _platform.CountAsync(["queued", "sending", "scheduled"], cancellationToken) == 0, cancellationToken);
        await ChaosVerdict.AssertExactlyOnceAsync(_platform, [.. _all.Messages], about, cancellationToken);
        Assert.Equal(0, _senders.Sum(sender => sender.Errors));
        return $"{Accepted} accepted, {_senders.Sum(sender => sender.Failures)} requests repeated, the slowest took {_senders.Max(sender => sender.Took.Max()).TotalSeconds:F1} s";
    }

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();

        // By design: whoever disposes a load that failed has its reason already.
        await Task.WhenAll(_sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        HandIn();
        _senders.ForEach(sender => sender.Dispose());
        _enough.Dispose();
    }

    private void HandIn()
    {
        foreach (var sender in _senders)
        {
            _all.Messages.AddRange(sender.Accepted);
            sender.Accepted.Clear();
        }
    }

    private async Task PaceAsync()
    {
        Interlocked.Increment(ref _accepted);
        await Task.Delay(Pace, TimeProvider.System, _enough.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private IEnumerable<ChaosMessage> Write(int client, string[] phones)
    {
        for (var number = 0; !_enough.IsCancellationRequested; number++)
        {
            var name = $"load {_number} client {client} number {number}";
            yield return new ChaosMessage(phones[number % phones.Length], $"55118888807{number % 20:D2}@s.whatsapp.net", Priority: 5, name, name.Replace(' ', '-'));
        }
    }
}
