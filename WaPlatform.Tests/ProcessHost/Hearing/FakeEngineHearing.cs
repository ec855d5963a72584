using WaPlatform.ProcessHost.Hearing;

namespace WaPlatform.Tests.ProcessHost.Hearing;

/// <summary>An engine that hears or does not, as the test says. It answers at once: time is the test's.</summary>
internal sealed class FakeEngineHearing : IHearingEngine
{
    public bool IsConnected { get; set; } = true;

    public Func<bool> Answers { get; set; } = () => true;

    public Func<bool?> ReachesWhatsApp { get; set; } = () => true;

    public int Questions { get; private set; }

    public int LinkQuestions { get; private set; }

    public List<string> Cures { get; } = [];

    public Action? OnReconnect { get; set; }

    public Action? OnRestart { get; set; }

    public Task<bool> AnswersAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        Questions++;
        return Task.FromResult(Answers());
    }

    public Task<bool?> ReachesWhatsAppAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        LinkQuestions++;
        return Task.FromResult(ReachesWhatsApp());
    }

    public Task ReconnectAsync(CancellationToken cancellationToken)
    {
        Cures.Add("reconnect");
        OnReconnect?.Invoke();
        return Task.CompletedTask;
    }

    public void Restart()
    {
        Cures.Add("restart");
        OnRestart?.Invoke();
    }
}
