using WaPlatform.ServiceDefaults;

namespace WaPlatform.ProcessHost.Hosts;

/// <summary>
/// The data directory of one host, its own as long as its process lives. The first host on <c>WAPLATFORM_DATA</c> takes the directory itself, another
/// one beside it (a replica with the same environment) <c>host-2</c> in it, then <c>host-3</c> …: a host that is started again finds its own.
/// </summary>
internal static class HostDirectory
{
    private const int MaxHosts = 1000;

    /// <exception cref="DataDirectoryInUseException">There are too many.</exception>
    public static (DataDirectory Directory, DataDirectoryLock Lock) Take(IConfiguration configuration)
    {
        var root = DataDirectory.From(configuration);
        for (var number = 1; ; number++)
        {
            var directory = number == 1 ? root : new DataDirectory(root.File($"host-{number}"));
            try
            {
                return (directory, DataDirectoryLock.Take(directory));
            }
            catch (DataDirectoryInUseException) when (number < MaxHosts)
            {
                // The next one may be free.
            }
        }
    }
}
