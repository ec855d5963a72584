using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace WaPlatform.ProcessHost.Devices;

/// <summary>How engine processes are started, watched and ended.</summary>
public sealed class SupervisionOptions
{
    public const string SectionName = "Supervision";

    /// <summary>Starts under way at once on this host; 0 = one for each processor.</summary>
    [Range(0, 256)]
    public int StartConcurrency { get; set; }

    /// <summary>From start of the process to its first answer on /health.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan ReadyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>From SIGTERM to SIGKILL. The engine itself drains for up to 15 s (gowa contract §8.3).</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:20")]
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(16);

    /// <summary>Between two questions for the engine's status once it is connected.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan StatusInterval { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>The same while it is not.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan EagerStatusInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>A status request that is open for longer means that the engine is dialing WhatsApp.</summary>
    [Range(typeof(TimeSpan), "00:00:00.200", "00:01:00")]
    public TimeSpan DialingAfter { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Between two liveness probes (/app/info, which takes no lock: gowa real.md §3.1 point 4).</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan LivenessInterval { get; set; } = TimeSpan.FromSeconds(5);

    [Range(typeof(TimeSpan), "00:00:00.500", "00:01:00")]
    public TimeSpan LivenessTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Probes in a row that must fail before the process is ended as unresponsive.</summary>
    [Range(1, 100)]
    public int LivenessFailures { get; set; } = 4;

    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan FirstRestartDelay { get; set; } = TimeSpan.FromMilliseconds(400);

    /// <summary>First pause after the engine left because its session was used elsewhere: at once would throw the other out again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan StreamReplacedDelay { get; set; } = TimeSpan.FromMinutes(1);

    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan MaxRestartDelay { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Unasked ends within <see cref="RestartWindow"/> after which the device is given up as a crash loop.</summary>
    [Range(1, 1000)]
    public int MaxExitsInWindow { get; set; } = 10;

    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan RestartWindow { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>A paired engine that is not connected is told to dial again after this long, then at growing intervals.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ReconnectAfter { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Between two rounds of the keeper that wakes every device which wants to run, and moves some where the hosts are filled unevenly.</summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "00:05:00")]
    public TimeSpan FleetInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Devices that move to another host in one round of the keeper.</summary>
    [Range(1, 1000)]
    public int MovesAtOnce { get; set; } = 5;
}

[OptionsValidator]
internal sealed partial class SupervisionOptionsValidator : IValidateOptions<SupervisionOptions>;
