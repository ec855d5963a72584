using System.Diagnostics;
using WaPlatform.Tests.Platform;
using WaPlatform.Tests.Simulator;

namespace WaPlatform.Tests.Cluster;

/// <summary>How long devices were without WhatsApp while they moved, as a client of the hub hears it.</summary>
internal static class Gaps
{
    /// <summary>From the end of a device's process to its next connection, the longest first.</summary>
    /// <param name="hub">Connected since before the devices began to move.</param>
    public static async Task<TimeSpan[]> MeasureAsync(HubClient hub, IReadOnlyCollection<string> phones, CancellationToken cancellationToken)
    {
        await Eventually.TrueAsync(_ => Task.FromResult(phones.All(phone => GapOf(hub, phone) is not null)), ServiceProcess.Patience, cancellationToken);
        return [.. phones.Select(phone => GapOf(hub, phone)!.Value).OrderDescending()];
    }

    public static string Tell(TimeSpan[] gaps) => $"each without WhatsApp for {gaps[^1].TotalSeconds:F1} to {gaps[0].TotalSeconds:F1} s, the median {gaps[gaps.Length / 2].TotalSeconds:F1} s";

    private static TimeSpan? GapOf(HubClient hub, string phone)
    {
        var stopped = hub.Timed("process-stopped").Where(frame => frame.Payload.GetProperty("phoneNumber").GetString() == phone).Select(frame => (long?)frame.At).FirstOrDefault();
        var connected = hub.Timed("device-state-changed")
            .Where(frame => frame.At > stopped && frame.Payload.GetProperty("phoneNumber").GetString() == phone && frame.Payload.GetProperty("state").GetString() == "connected")
            .Select(frame => (long?)frame.At).FirstOrDefault();
        return stopped is { } from && connected is { } to ? Stopwatch.GetElapsedTime(from, to) : null;
    }
}
