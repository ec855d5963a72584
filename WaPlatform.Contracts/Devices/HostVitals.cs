namespace WaPlatform.Contracts.Devices;

/// <summary>How a host is, as it tells the others.</summary>
/// <param name="At">When it looked.</param>
/// <param name="HasEngine">It has found a binary to run for its devices.</param>
/// <param name="Engines">Engine processes that run.</param>
/// <param name="Processors">That the host may use.</param>
/// <param name="Load">Processes of the machine that ran or wanted to, on average over a minute; null where the system does not tell.</param>
/// <param name="MemoryBytes">That the host and its engines may use at most.</param>
/// <param name="MemoryAvailableBytes">Of the machine, without swapping; null where the system does not tell.</param>
/// <param name="ProcessMemoryBytes">Of the host's own process.</param>
/// <param name="ProcessCpuPercent">The same, of one core.</param>
/// <param name="DiskBytes">Of the file system with its data directory.</param>
/// <param name="DiskFreeBytes">What is left there.</param>
public sealed record HostVitals(
    DateTimeOffset At,
    bool HasEngine,
    int Engines,
    int Processors,
    double? Load,
    long MemoryBytes,
    long? MemoryAvailableBytes,
    long ProcessMemoryBytes,
    double ProcessCpuPercent,
    long? DiskBytes,
    long? DiskFreeBytes);
