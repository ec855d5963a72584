namespace WaPlatform.ProcessHost.Pairing;

/// <summary>
/// How often an engine may be asked for a QR code. Each call leaves a timer of three minutes in the engine that cuts whatever code is then
/// shown (gowa contract §7.4), so: at most three calls in three minutes, and a fresh process before the next three.
/// </summary>
internal static class QrPolicy
{
    public const int CallsPerWindow = 3;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(3);

    /// <summary>What a first code is good for at WhatsApp (contract §7.1).</summary>
    public static readonly TimeSpan CodeLife = TimeSpan.FromSeconds(60);

    /// <summary>A code is replaced, and no longer handed out, this long before its end: somebody has to scan it.</summary>
    public static readonly TimeSpan Lead = TimeSpan.FromSeconds(2);

    /// <summary>How long the next call must wait.</summary>
    /// <param name="ages">How long ago each earlier call was, oldest first.</param>
    public static TimeSpan WaitBeforeCall(IReadOnlyList<TimeSpan> ages)
    {
        var recent = ages.Where(age => age < Window).ToList();
        return recent.Count < CallsPerWindow ? TimeSpan.Zero : Window - recent[^CallsPerWindow];
    }

    public static bool NeedsFreshProcess(int callsInProcess) => callsInProcess >= CallsPerWindow;
}
