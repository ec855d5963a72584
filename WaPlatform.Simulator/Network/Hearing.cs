using WaPlatform.Simulator.Http;

namespace WaPlatform.Simulator.Network;

/// <summary>In which way a number that looks alive is deaf.</summary>
internal enum Deafness
{
    None,

    /// <summary>Its event loop stands: nothing comes out of its hub and its webhooks, while sends and questions go past it. Ends with the process.</summary>
    Events,

    /// <summary>Its socket to WhatsApp is half open: nothing that is asked or sent is ever answered, and nothing comes in. Ends with the next dial.</summary>
    Link,
}

/// <summary>Whether the number hears. What WhatsApp cannot hand over meanwhile it keeps for a connect after which it can.</summary>
internal sealed class Hearing(TimeProvider time)
{
    // gowa's limit for a request (gowa contract §4.1).
    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(45);

    private volatile Deafness _deafness;

    public Deafness Deafness
    {
        get => _deafness;
        set => _deafness = value;
    }

    public bool IsDeaf => _deafness != Deafness.None;

    /// <summary>The socket was made anew.</summary>
    public void Dialed()
    {
        if (_deafness == Deafness.Link)
        {
            _deafness = Deafness.None;
        }
    }

    /// <summary>Waits for what WhatsApp says to a request that is on its way.</summary>
    /// <exception cref="ApiException">504: nothing came in gowa's time.</exception>
    public async Task AnswerAsync()
    {
        if (_deafness == Deafness.Link)
        {
            await Task.Delay(RequestLimit, time, CancellationToken.None);
            throw new ApiException(504, "GATEWAY_TIMEOUT", "Request timed out waiting for WhatsApp server response");
        }
    }
}
