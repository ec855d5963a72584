using Microsoft.Extensions.Options;

namespace WaPlatform.ProcessHost.Hearing;

/// <summary>
/// What one number sends and what comes back: whose phones confirm nothing, and when the engine last told anything. Runs on the grain's scheduler.
/// </summary>
internal sealed class Correspondence(IOptions<HearingOptions> options, TimeProvider timeProvider)
{
    // More recipients than this prove nothing that these do not.
    private const int MaxRecipients = 1000;
    private const int MostPatience = 64;

    private readonly Dictionary<string, long> _unconfirmed = [];
    private bool _confirmsAtAll;
    private bool _isSuspect;
    private int _patience = 1;
    private long? _heardAt;

    /// <summary>Since the engine told something that came from WhatsApp; null if it never did.</summary>
    public TimeSpan? SinceHeard => _heardAt is { } at ? timeProvider.GetElapsedTime(at) : null;

    /// <summary>Messages went to so many people within the time that counts, and nothing at all came back since the first of them.</summary>
    public bool ReceiptsMissing
    {
        get
        {
            foreach (var (recipient, at) in _unconfirmed.Where(sent => timeProvider.GetElapsedTime(sent.Value) > options.Value.ReceiptWindow).ToList())
            {
                _unconfirmed.Remove(recipient);
            }

            return options.Value.SilentRecipients > 0
                && _unconfirmed.Values.Count(at => timeProvider.GetElapsedTime(at) >= options.Value.ReceiptPatience) >= options.Value.SilentRecipients * _patience;
        }
    }

    /// <summary>WhatsApp took a message for this chat.</summary>
    public void Sent(string chat)
    {
        // A number whose receipts never came has none that could be missed; a newsletter gives none.
        if (_confirmsAtAll && _unconfirmed.Count < MaxRecipients && !chat.EndsWith("@newsletter", StringComparison.Ordinal))
        {
            _unconfirmed.TryAdd(chat, timeProvider.GetTimestamp());
        }
    }

    /// <summary>WhatsApp did not say whether it took a message.</summary>
    public void Unanswered() => _isSuspect = true;

    /// <summary>The engine told something.</summary>
    /// <param name="isReceipt">A phone has confirmed a message.</param>
    public void Heard(bool isReceipt)
    {
        _heardAt = timeProvider.GetTimestamp();
        _unconfirmed.Clear();
        _patience = 1;
        _confirmsAtAll |= isReceipt;
    }

    /// <summary>Whether a send was left unanswered since this was last asked.</summary>
    public bool TakeSuspicion()
    {
        var isSuspect = _isSuspect;
        _isSuspect = false;
        return isSuspect;
    }

    /// <summary>What is missing was not the number's fault: forgets it, and asks for more of it the next time.</summary>
    public void StandDown()
    {
        _unconfirmed.Clear();
        _patience = Math.Min(_patience * 2, MostPatience);
    }
}
