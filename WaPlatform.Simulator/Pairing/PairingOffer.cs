namespace WaPlatform.Simulator.Pairing;

/// <summary>One open offer to pair: a row of QR codes, or a pairing code. Ends when the socket does.</summary>
internal sealed class PairingOffer(string phone, CancellationToken stopping) : IDisposable
{
    private readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);

    /// <summary>The number a pairing code was asked for; "" for a QR.</summary>
    public string Phone { get; } = phone;

    public CancellationToken Ended => _ending.Token;

    /// <summary>The passkey ceremony this pairing waits for.</summary>
    public Passkey? Passkey { get; set; }

    public void End() => _ending.Cancel();

    public void Dispose() => _ending.Dispose();
}
