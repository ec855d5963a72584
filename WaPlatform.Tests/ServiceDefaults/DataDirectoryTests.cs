using System.Globalization;
using System.Runtime.Versioning;
using WaPlatform.ServiceDefaults;

namespace WaPlatform.Tests.ServiceDefaults;

public sealed class DataDirectoryTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _root = Directory.CreateTempSubdirectory("wa-data-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Create_MissingDirectories_AreTheOwnersAlone()
    {
        var data = new DataDirectory(Path.Combine(_root, "a", "b"));
        var sessions = data.Subdirectory("sessions", "5511999999999");

        Assert.Equal(Path.Combine(_root, "a", "b", "sessions", "5511999999999"), sessions);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(data.Path));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(sessions));
    }

    [Fact]
    public void Take_TakenDirectory_IsRefusedWithItsNameAndPid()
    {
        var data = new DataDirectory(_root);
        using var held = DataDirectoryLock.Take(data);

        var refused = Assert.Throws<DataDirectoryInUseException>(() => DataDirectoryLock.Take(data));

        Assert.Contains(_root, refused.Message, StringComparison.Ordinal);
        Assert.Contains(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_ReleasedDirectory_IsGranted()
    {
        var data = new DataDirectory(_root);
        DataDirectoryLock.Take(data).Dispose();

        using var held = DataDirectoryLock.Take(data);
    }
}
