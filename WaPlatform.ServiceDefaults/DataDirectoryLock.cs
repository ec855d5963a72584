using System.Globalization;

namespace WaPlatform.ServiceDefaults;

/// <summary>
/// The right to be the only platform on a data directory: two of them would run two engines on one session. Held by the operating system
/// as long as the process lives, however it ends.
/// </summary>
public sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <summary>Takes the directory for this process.</summary>
    /// <exception cref="DataDirectoryInUseException">Another process has it.</exception>
    public static DataDirectoryLock Take(DataDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(directory);

        // .NET lets nobody read a file that is locked, hence a second one for the pid.
        var pidFile = directory.File("platform.pid");
        var file = Open(directory.File("platform.lock")) ?? throw new DataDirectoryInUseException(directory.Path, ReadPid(pidFile));
        try
        {
            File.WriteAllText(pidFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new DataDirectoryLock(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    private static FileStream? Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    private static string ReadPid(string pidFile)
    {
        try
        {
            return File.ReadAllText(pidFile).Trim() is { Length: > 0 } pid ? pid : "unknown";
        }
        catch (IOException)
        {
            // Its holder is writing it at this moment; the message does without.
            return "unknown";
        }
    }
}

/// <summary>A second platform was started on a data directory.</summary>
public sealed class DataDirectoryInUseException(string directory, string pid)
    : Exception($"The data directory {directory} is in use by another platform (pid {pid}). Stop that one, or set {DataDirectory.Variable} to another directory.");
