namespace WaPlatform.Simulator.Network;

/// <summary>How a dial to WhatsApp fails while the network is down; decides how long it takes and what it says (real.md §3.1.7).</summary>
internal enum DialFailure
{
    /// <summary>Connection refused: at once.</summary>
    Refused,

    /// <summary>Name not found: at once.</summary>
    NoHost,

    /// <summary>The name server is silent: 10 s.</summary>
    MuteDns,

    /// <summary>The other side is silent after the connect: 10 s.</summary>
    Mute,

    /// <summary>Packets vanish: 30 s.</summary>
    Dropped,
}

internal static class DialFailures
{
    private const string Prefix = "failed to dial whatsapp web websocket: failed to WebSocket dial: failed to send handshake request: Get \"https://web.whatsapp.com/ws/chat\": ";

    public static DialFailure? Parse(string? text) => text switch
    {
        "refused" => DialFailure.Refused,
        "nohost" => DialFailure.NoHost,
        "mutedns" => DialFailure.MuteDns,
        "mute" => DialFailure.Mute,
        "dropped" => DialFailure.Dropped,
        _ => null,
    };

    public static TimeSpan Length(this DialFailure failure) => failure switch
    {
        DialFailure.Mute or DialFailure.MuteDns => TimeSpan.FromSeconds(10),
        DialFailure.Dropped => TimeSpan.FromSeconds(30),
        _ => TimeSpan.Zero,
    };

    public static string Text(this DialFailure failure) => Prefix + failure switch
    {
        DialFailure.Refused => "dial tcp 127.0.0.1:443: connect: connection refused",
        DialFailure.NoHost => "dial tcp: lookup web.whatsapp.com on 10.255.255.53:53: no such host",
        DialFailure.MuteDns => "dial tcp: lookup web.whatsapp.com on 203.0.113.53:53: read udp 10.9.9.1:52647->203.0.113.53:53: i/o timeout",
        DialFailure.Mute => "net/http: TLS handshake timeout",
        _ => "dial tcp 203.0.113.7:443: i/o timeout",
    };
}
