namespace WaPlatform.Console.Simulator;

// Bodies of the simulator's control surface (docs/simulator.md).
public sealed record IncomingText(string From, string? Text, string Type = "text", string? Name = null);

/// <param name="Id">WhatsApp's id of the message.</param>
/// <param name="Type">delivered or read.</param>
public sealed record Receipt(string Id, string Type);

public sealed record NetworkSwitch(bool Up);

/// <param name="Mode">How sends end: ok, slow, error, drop, commitThenDrop …</param>
/// <param name="Count">So many of them; null = all from now on.</param>
public sealed record SendFault(string Mode, int? Count = null, int? LatencyMs = null);

public sealed record Switch(bool On);

public sealed record Hang(int Seconds);
