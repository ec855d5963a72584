using System.Globalization;
using WaPlatform.ServiceDefaults;

namespace WaPlatform.ProcessHost.Engines;

/// <summary>
/// Where a device's engine works: its chat storage is here, and its session unless that is in PostgreSQL. Marked with the epoch of the owner that used it
/// last: one that an earlier owner left behind knows nothing of what was sent since.
/// </summary>
internal sealed class WorkingDirectory(string path)
{
    private readonly string _mark = Path.Combine(path, "owner-epoch");

    /// <summary>Names it for other hosts: <c>machine:path</c>.</summary>
    public string Name => $"{Environment.MachineName}:{path}";

    /// <summary>
    /// Makes it the directory of a new owner. That of the last owner is moved here if it is on this machine: with its chat storage messages in doubt
    /// can be settled, and a session in files is not lost. Nobody runs there any more.
    /// </summary>
    /// <param name="before"><see cref="Name"/> of the last owner's; null if there was none.</param>
    /// <returns>Whether all that the last owner's engine knew is here.</returns>
    public bool Take(string? before, long epoch)
    {
        try
        {
            Bring(before);
            var isLast = before is null || (File.Exists(_mark) && File.ReadAllText(_mark) == Text(epoch - 1));
            _ = new DataDirectory(path);
            File.WriteAllText(_mark, Text(epoch));
            return isLast;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A full disk, another file system, another user's: the device goes on without it, as on another machine.
            return false;
        }
    }

    private void Bring(string? before)
    {
        if (before?.Split(':', 2) is [var machine, var there] && machine == Environment.MachineName && there != path && Directory.Exists(there))
        {
            if (Directory.Exists(path))
            {
                // From an earlier stay of the device here.
                Directory.Delete(path, recursive: true);
            }

            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            Directory.Move(there, path);
        }
    }

    private static string Text(long epoch) => epoch.ToString(CultureInfo.InvariantCulture);
}
