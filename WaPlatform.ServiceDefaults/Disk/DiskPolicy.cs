using System.Text.Json.Serialization;
using WaPlatform.Contracts;

namespace WaPlatform.ServiceDefaults.Disk;

/// <summary>How full a disk is.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<DiskLevel>))]
public enum DiskLevel
{
    Ok,
    Low,
    Critical,
}

/// <param name="Free">Bytes that this user may still write.</param>
/// <param name="Total">Bytes of the disk.</param>
public readonly record struct DiskSpace(long Free, long Total);

/// <summary>Reads the space of the data directory's disk.</summary>
public delegate DiskSpace ReadDiskSpace();

internal static class DiskPolicy
{
    public static DiskLevel Judge(DiskSpace space, DiskOptions options) =>
        IsBelow(space, options.CriticalPercent, options.CriticalBytes) ? DiskLevel.Critical
        : IsBelow(space, options.LowPercent, options.LowBytes) ? DiskLevel.Low
        : DiskLevel.Ok;

    // Divided first: a disk's bytes times a hundred are too many for a number of exabytes.
    private static bool IsBelow(DiskSpace space, int percent, long bytes) => space.Free < bytes && space.Free < space.Total / 100.0 * percent;
}
