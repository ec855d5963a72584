using Microsoft.Extensions.Configuration;
using WaPlatform.Jobs.Backups;
using WaPlatform.Jobs.Backups.Restore;
using WaPlatform.ServiceDefaults;

namespace WaPlatform.Tests.Jobs.Backups;

/// <summary>Putting a restore into place: all of it or nothing, and again after a power cut.</summary>
public sealed class PendingRestoreTests : IDisposable
{
    private static readonly IConfiguration Configuration = new ConfigurationBuilder().Build();

    private readonly ScratchDirectory _directory = new();
    private readonly RestorePlace _place;

    public PendingRestoreTests() => _place = new RestorePlace(new DataDirectory(_directory.Path), _directory.File("media"));

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Apply_FilesAndDirectories_TakeThePlaceOfOthersWhichAreKept()
    {
        var pending = Stage();

        await pending.ApplyAsync(_place, Configuration, new BackupOptions(), CancellationToken);

        AssertRestored();
        Assert.Equal("old", await File.ReadAllTextAsync(_directory.File("before-restore", "wa.db"), CancellationToken));
        Assert.Equal("old log", await File.ReadAllTextAsync(_directory.File("before-restore", "wa.db-wal"), CancellationToken));
        Assert.Equal("old", await File.ReadAllTextAsync(_directory.File("before-restore", "sessions", "1", "a"), CancellationToken));
    }

    [Fact]
    public async Task Apply_AStepFails_EverythingIsAsBefore()
    {
        var pending = Stage();
        var impossible = new FileSwap(_directory.Write("restore/last", "new"), Path.Combine(_directory.Write("a-file", "x"), "below"));

        await Assert.ThrowsAnyAsync<IOException>(() => (pending with { Swaps = [.. pending.Swaps, impossible] }).ApplyAsync(_place, Configuration, new BackupOptions(), CancellationToken));

        Assert.Equal("old", await File.ReadAllTextAsync(_directory.File("wa.db"), CancellationToken));
        Assert.Equal("old log", await File.ReadAllTextAsync(_directory.File("wa.db-wal"), CancellationToken));
        Assert.Equal("old", await File.ReadAllTextAsync(_directory.File("sessions", "1", "a"), CancellationToken));
        Assert.False(File.Exists(_place.Note));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Apply_AfterAPowerCutInTheMiddle_GoesOn(int steps)
    {
        var pending = Stage();
        await (pending with { Swaps = [.. pending.Swaps.Take(steps)] }).ApplyAsync(_place, Configuration, new BackupOptions(), CancellationToken);
        foreach (var swap in pending.Swaps.Skip(steps))
        {
            // What an orderly end of the first part removed with the staging directory.
            _ = swap is FileSwap { Staged: { } staged } ? Restage(staged) : null;
        }

        await pending.SaveAsync(_place, CancellationToken);
        await (await PendingRestore.FindAsync(_place, CancellationToken))!.ApplyAsync(_place, Configuration, new BackupOptions(), CancellationToken);

        AssertRestored();
        Assert.Equal("old", await File.ReadAllTextAsync(_directory.File("before-restore", "wa.db"), CancellationToken));
        Assert.Equal("old", await File.ReadAllTextAsync(_directory.File("before-restore", "sessions", "1", "a"), CancellationToken));
    }

    private PendingRestore Stage()
    {
        _directory.Write("wa.db", "old");
        _directory.Write("wa.db-wal", "old log");
        _directory.Write("sessions/1/a", "old");
        _directory.Write("media/kept", "kept");
        return new PendingRestore(
            null, DateTimeOffset.UnixEpoch,
            [
                new FileSwap(null, _directory.File("wa.db-wal")), new FileSwap(Restage(_directory.File("restore", "wa.db")), _directory.File("wa.db")),
                new FileSwap(Restage(_directory.File("restore", "sessions")), _directory.File("sessions")), new FileSwap(Restage(_directory.File("restore", "jwt-secret")), _directory.File("jwt-secret")),
                new MediaMerge(Path.GetDirectoryName(_directory.Write("restore/media/added", "new"))!, _directory.File("media")),
            ]);
    }

    private string Restage(string path)
    {
        var isDirectory = path.EndsWith("sessions", StringComparison.Ordinal);
        _directory.Write(Path.GetRelativePath(_directory.Path, isDirectory ? Path.Combine(path, "1", "a") : path), "new");
        return path;
    }

    private void AssertRestored()
    {
        Assert.Equal("new", File.ReadAllText(_directory.File("wa.db")));
        Assert.False(File.Exists(_directory.File("wa.db-wal")));
        Assert.Equal("new", File.ReadAllText(_directory.File("sessions", "1", "a")));
        Assert.Equal("new", File.ReadAllText(_directory.File("jwt-secret")));
        Assert.True(File.Exists(_directory.File("media", "kept")));
        Assert.False(Directory.Exists(_place.Staging));
        Assert.False(File.Exists(_place.Note));
    }
}
