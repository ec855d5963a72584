using System.Runtime.InteropServices;

namespace WaPlatform.ServiceDefaults;

/// <summary>Makes every file and directory that this process and its children create their user's alone (0600, 0700), whoever creates it: database, logs, sessions.</summary>
public static partial class PrivateFiles
{
    private const uint GroupAndOthers = 0x3F;

    /// <summary>To be called before anything is written. What is there already keeps its rights.</summary>
    public static void UseInThisProcess()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = Umask(GroupAndOthers);
        }
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint Umask(uint mask);
}
