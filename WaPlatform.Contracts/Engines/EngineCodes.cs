namespace WaPlatform.Contracts.Engines;

/// <summary>Codes of the engine that the platform itself writes into rows (gowa contract §4.1).</summary>
public static class EngineCodes
{
    /// <summary>WhatsApp's error 463: the number may write to nobody who never wrote to it.</summary>
    public const string ReachoutTimelock = "WA_REACHOUT_TIMELOCK";
}
