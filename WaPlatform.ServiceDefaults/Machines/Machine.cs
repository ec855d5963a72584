using System.Globalization;

namespace WaPlatform.ServiceDefaults.Machines;

/// <summary>The machine that this process runs on.</summary>
public sealed class Machine(DataDirectory data, TimeProvider timeProvider)
{
    private const string MemoryFile = "/proc/meminfo";
    private const string LoadFile = "/proc/loadavg";

    // Less than that and the share of a core is noise.
    private static readonly TimeSpan ShortestSample = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private (long At, TimeSpan Cpu) _sample = (timeProvider.GetTimestamp(), Environment.CpuUsage.TotalTime);
    private double _cpuPercent;

    public MachineVitals Read()
    {
        var (disk, free) = ReadDisk();
        return new MachineVitals(
            Environment.ProcessorCount, ReadLoad(), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, ReadAvailableMemory(), Environment.WorkingSet, ReadCpu(), disk, free);
    }

    private double ReadCpu()
    {
        lock (_lock)
        {
            var elapsed = timeProvider.GetElapsedTime(_sample.At);
            if (elapsed >= ShortestSample)
            {
                var cpu = Environment.CpuUsage.TotalTime;
                _cpuPercent = Math.Round(100 * (cpu - _sample.Cpu) / elapsed, 1);
                _sample = (timeProvider.GetTimestamp(), cpu);
            }

            return _cpuPercent;
        }
    }

    private (long? Total, long? Free) ReadDisk()
    {
        try
        {
            var drive = new DriveInfo(data.Path);
            return (drive.TotalSize, drive.AvailableFreeSpace);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (null, null);
        }
    }

    private static double? ReadLoad() =>
        ReadFile(LoadFile) is { } text && double.TryParse(text.Split(' ')[0], CultureInfo.InvariantCulture, out var load) ? load : null;

    private static long? ReadAvailableMemory()
    {
        const string Name = "MemAvailable:";
        var line = ReadFile(MemoryFile)?.Split('\n').FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
        return line is not null && long.TryParse(line[Name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture, out var kilobytes) ? kilobytes * 1024 : null;
    }

    private static string? ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another system than Linux.
            return null;
        }
    }
}
