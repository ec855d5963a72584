namespace WaPlatform.ServiceDefaults.Machines;

/// <summary>How a machine is, and the process on it that asked.</summary>
/// <param name="Processors">That the process may use.</param>
/// <param name="Load">Processes that ran or wanted to, on average over a minute; null where the system does not tell.</param>
/// <param name="MemoryBytes">That the process may use at most: the machine's, or its container's.</param>
/// <param name="MemoryAvailableBytes">Of the machine, without swapping; null where the system does not tell.</param>
/// <param name="ProcessMemoryBytes">Resident memory of the process itself, without its engines.</param>
/// <param name="ProcessCpuPercent">Of one core, since it was last asked.</param>
/// <param name="DiskBytes">Of the file system that holds the data directory; null if it does not tell.</param>
/// <param name="DiskFreeBytes">What this user may still write there.</param>
public sealed record MachineVitals(
    int Processors,
    double? Load,
    long MemoryBytes,
    long? MemoryAvailableBytes,
    long ProcessMemoryBytes,
    double ProcessCpuPercent,
    long? DiskBytes,
    long? DiskFreeBytes);
