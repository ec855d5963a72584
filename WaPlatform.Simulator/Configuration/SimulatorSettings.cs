using System.Globalization;
using WaPlatform.Simulator.Network;

namespace WaPlatform.Simulator.Configuration;

/// <summary>The <c>SIM_*</c> variables: what the simulated world does by itself. The control surface changes most of it at run time.</summary>
internal sealed record SimulatorSettings
{
    /// <summary>File that collects every send that "reached WhatsApp"; many processes may share it.</summary>
    public string Ledger { get; init; } = "sim-ledger.jsonl";

    /// <summary>File that tells of the lives of processes with a session, shared by many; null = none is kept.</summary>
    public string? Lives { get; init; }

    /// <summary>How long after a QR or pairing code was asked for the phone scans it; null = never by itself.</summary>
    public TimeSpan? AutoScan { get; init; }

    public TimeSpan StartDelay { get; init; }

    public TimeSpan SendLatency { get; init; }

    /// <summary>Answer each send with an incoming message.</summary>
    public bool Echo { get; init; }

    public bool IgnoreSigterm { get; init; }

    /// <summary>The process runs but never listens.</summary>
    public bool NeverReady { get; init; }

    /// <summary>Every API answer is rubbish.</summary>
    public bool Garbage { get; init; }

    /// <summary>From "paired" to "connected" (gowa contract §7.3: 1 to 5 s).</summary>
    public TimeSpan PairGap { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan AutoConnectDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Cap of the growing pause between reconnects; null = no cap, as in gowa.</summary>
    public TimeSpan? ReconnectDelay { get; init; }

    /// <summary>How a dial fails from the start; null = the network is up.</summary>
    public DialFailure? Dial { get; init; }

    public TimeSpan? DialLimit { get; init; }

    /// <summary>Receipts after a send: none, delivered or read.</summary>
    public string Receipts { get; init; } = "delivered";

    /// <summary>Divides the lives of QR codes, their files and the three-minute timers, for tests that cannot wait.</summary>
    public double QrSpeed { get; init; } = 1;

    /// <summary>What the process says its version is; releases of it differ by that.</summary>
    public string Version { get; init; } = GowaSettings.Version;

    public static SimulatorSettings Load(Func<string, string?> environment) => new()
    {
        Ledger = environment("SIM_LEDGER") is { Length: > 0 } ledger ? ledger : "sim-ledger.jsonl",
        Lives = environment("SIM_LIVES") is { Length: > 0 } lives ? lives : null,
        AutoScan = Milliseconds(environment("SIM_AUTO_SCAN")),
        StartDelay = Milliseconds(environment("SIM_START_DELAY")) ?? TimeSpan.Zero,
        SendLatency = Milliseconds(environment("SIM_SEND_LATENCY")) ?? TimeSpan.Zero,
        Echo = IsOn(environment("SIM_ECHO")),
        IgnoreSigterm = IsOn(environment("SIM_IGNORE_SIGTERM")),
        NeverReady = IsOn(environment("SIM_NEVER_READY")),
        Garbage = IsOn(environment("SIM_GARBAGE")),
        PairGap = Milliseconds(environment("SIM_PAIR_GAP")) ?? TimeSpan.FromSeconds(1),
        AutoConnectDelay = Milliseconds(environment("SIM_AUTO_CONNECT_DELAY")) ?? TimeSpan.FromSeconds(2),
        ReconnectDelay = Milliseconds(environment("SIM_RECONNECT_DELAY")),
        Dial = DialFailures.Parse(environment("SIM_DIAL")),
        DialLimit = Number(environment("SIM_DIAL_SECONDS")) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        Receipts = environment("SIM_RECEIPTS") switch { "none" => "none", "read" => "read", _ => "delivered" },
        Version = environment("SIM_VERSION") is { Length: > 0 } version ? version : GowaSettings.Version,
        QrSpeed = Number(environment("SIM_QR_SPEED")) is > 0 and var speed ? speed : 1,
    };

    private static bool IsOn(string? text) => text is "1" or "true" or "TRUE" or "True" or "on";

    private static TimeSpan? Milliseconds(string? text) =>
        Number(text) is >= 0 and var milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

    private static double? Number(string? text) => double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;
}
