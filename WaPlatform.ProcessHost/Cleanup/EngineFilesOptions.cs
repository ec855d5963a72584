using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace WaPlatform.ProcessHost.Cleanup;

/// <summary>How much of what engines leave in their working directories is kept; they never delete it themselves (gowa contract §3.1).</summary>
public sealed class EngineFilesOptions
{
    public const string SectionName = "EngineFiles";

    /// <summary>Media that engines received or downloaded.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00")]
    public TimeSpan KeepMedia { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Bytes of those media on this host; past it the oldest go.</summary>
    [Range(0, long.MaxValue)]
    public long MaxMediaBytes { get; set; } = 10L * 1024 * 1024 * 1024;

    /// <summary>Dumps of history syncs, left-overs of sends, pictures of QR codes, and our own temporary files.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00")]
    public TimeSpan KeepLeftOvers { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Bytes of those left-overs on this host.</summary>
    [Range(0, long.MaxValue)]
    public long MaxLeftOverBytes { get; set; } = 1024L * 1024 * 1024;

    /// <summary>Output of engines that has not grown for so long. Each number has three files of 5 MB at most.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00")]
    public TimeSpan KeepOutput { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Bytes of all output on this host.</summary>
    [Range(0, long.MaxValue)]
    public long MaxOutputBytes { get; set; } = 1024L * 1024 * 1024;
}

[OptionsValidator]
internal sealed partial class EngineFilesOptionsValidator : IValidateOptions<EngineFilesOptions>;
