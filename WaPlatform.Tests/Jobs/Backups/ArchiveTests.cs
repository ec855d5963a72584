using System.Formats.Tar;
using System.Text;
using WaPlatform.Contracts.Backups;
using WaPlatform.Contracts.Faults;
using WaPlatform.Jobs.Backups.Archive;

namespace WaPlatform.Tests.Jobs.Backups;

/// <summary>What comes out of an archive is what went in, or nothing.</summary>
public sealed class ArchiveTests : IDisposable
{
    private const string Passphrase = "correct horse battery";
    private const string Config = "config/jwt-secret";
    private static readonly string Session = ArchiveName.Session("5511999990001", "storages/whatsapp.db");

    // More than a chunk after compression, and not a multiple of anything.
    private static readonly byte[] Large = Bytes(200_001);

    private readonly ScratchDirectory _directory = new();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData(Passphrase)]
    public async Task Extract_WhatWasAdded_ComesOutUnchanged(string? passphrase)
    {
        var path = await WriteAsync(passphrase);

        var manifest = await ArchiveReader.CheckAsync(path, passphrase, CancellationToken);
        await ArchiveReader.ExtractAsync(path, passphrase, manifest, name => _directory.File("out", name.Replace('/', '_')), CancellationToken);

        Assert.Equal([Config, Session], manifest.Members.Select(member => member.Name));
        Assert.Equal("secret", await File.ReadAllTextAsync(_directory.File("out", "config_jwt-secret"), CancellationToken));
        Assert.Equal(Large, await File.ReadAllBytesAsync(_directory.File("out", Session.Replace('/', '_')), CancellationToken));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public async Task Complete_WithoutPassphrase_IsATarFileForAnybody()
    {
        await using var file = File.OpenRead(await WriteAsync(null));
        await using var tar = new TarReader(file);
        var names = new List<string>();
        while (await tar.GetNextEntryAsync(cancellationToken: CancellationToken) is { } entry)
        {
            names.Add(entry.Name);
        }

        Assert.Equal([Config, Session, "manifest.json"], names);
    }

    [Fact]
    public async Task Complete_WithPassphrase_ShowsNothingOfTheContent()
    {
        var content = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(await WriteAsync(Passphrase), CancellationToken));

        Assert.DoesNotContain("jwt-secret", content, StringComparison.Ordinal);
        Assert.DoesNotContain("5511999990001", content, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Passphrase)]
    public async Task Check_OneBitFlippedAnywhere_IsRefused(string? passphrase)
    {
        var path = await WriteAsync(passphrase);
        var sound = await File.ReadAllBytesAsync(path, CancellationToken);

        // Few of an encrypted one: each look at it costs a key.
        var parts = passphrase is null ? 40 : 4;
        int[] offsets = [0, 9, 12, 43, 44, 156, 512, .. Enumerable.Range(1, parts).Select(part => sound.Length / (parts + 1) * part), sound.Length - 49, sound.Length - 48, sound.Length - 17, sound.Length - 1];
        foreach (var offset in offsets)
        {
            var damaged = sound.ToArray();
            damaged[offset] ^= 1;
            await File.WriteAllBytesAsync(path, damaged, CancellationToken);

            var refused = await Assert.ThrowsAsync<PlatformException>(() => ArchiveReader.CheckAsync(path, passphrase, CancellationToken));

            Assert.True(refused.Code is ErrorCode.BackupCorrupt or ErrorCode.BackupPassphrase, $"{offset}: {refused.Code}");
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Passphrase)]
    public async Task Check_CutOffOrLonger_IsRefused(string? passphrase)
    {
        var path = await WriteAsync(passphrase);
        var sound = await File.ReadAllBytesAsync(path, CancellationToken);
        int[] lengths = [0, 10, 44, 60, sound.Length / 2, sound.Length - 48, sound.Length - 16, sound.Length - 1];
        foreach (var damaged in lengths.Select(length => sound[..length]).Append([.. sound, 0]).Append([.. sound, .. sound]))
        {
            await File.WriteAllBytesAsync(path, damaged, CancellationToken);

            Assert.Equal(ErrorCode.BackupCorrupt, (await Assert.ThrowsAsync<PlatformException>(() => ArchiveReader.CheckAsync(path, passphrase, CancellationToken))).Code);
        }
    }

    [Fact]
    public async Task Check_ChunksExchanged_IsRefused()
    {
        const int Sealed = ChunkCipher.ChunkSize + ChunkCipher.TagLength;
        var path = await WriteAsync(Passphrase);
        var bytes = await File.ReadAllBytesAsync(path, CancellationToken);
        var (first, second) = (bytes[ArchiveKey.HeadLength..][..Sealed], bytes[(ArchiveKey.HeadLength + Sealed)..][..Sealed]);
        await File.WriteAllBytesAsync(path, [.. bytes[..ArchiveKey.HeadLength], .. second, .. first, .. bytes[(ArchiveKey.HeadLength + (2 * Sealed))..]], CancellationToken);

        Assert.Equal(ErrorCode.BackupCorrupt, (await Assert.ThrowsAsync<PlatformException>(() => ArchiveReader.CheckAsync(path, Passphrase, CancellationToken))).Code);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("correct horse batter")]
    public async Task Check_WrongPassphrase_IsRefusedAsSuch(string? given)
    {
        var path = await WriteAsync(Passphrase);

        Assert.Equal(ErrorCode.BackupPassphrase, (await Assert.ThrowsAsync<PlatformException>(() => ArchiveReader.CheckAsync(path, given, CancellationToken))).Code);
    }

    [Fact]
    public async Task Extract_ChangedSinceItWasChecked_IsRefused()
    {
        var path = await WriteAsync(null);
        var manifest = await ArchiveReader.CheckAsync(path, null, CancellationToken);
        await using (var file = File.OpenWrite(path))
        {
            file.Position = file.Length / 2;
            file.WriteByte(0x55);
        }

        Assert.Equal(ErrorCode.BackupCorrupt, (await Assert.ThrowsAsync<PlatformException>(
            () => ArchiveReader.ExtractAsync(path, null, manifest, name => _directory.File("out", name.Replace('/', '_')), CancellationToken))).Code);
    }

    [Theory]
    [InlineData("config/../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("sessions/5511999990001/storages/../../x.db.gz")]
    [InlineData("sessions/../x/storages/whatsapp.db.gz")]
    [InlineData("media/../x")]
    [InlineData("other")]
    public void IsKnown_NameThatReachesOut_IsNot(string name) => Assert.False(ArchiveName.IsKnown(name));

    [Fact]
    public async Task Check_MemberThatNoBackupHas_IsRefusedAlthoughItsSealIsRight()
    {
        var path = _directory.File("foreign.tar");
        await using (var archive = new ArchiveWriter(path, Directory.CreateDirectory(_directory.File("scratch")).FullName, null))
        {
            await archive.AddAsync("config/../../escape", new MemoryStream("x"u8.ToArray()), CancellationToken);
            await archive.CompleteAsync(Manifest(archive), CancellationToken);
        }

        Assert.Equal(ErrorCode.BackupCorrupt, (await Assert.ThrowsAsync<PlatformException>(() => ArchiveReader.CheckAsync(path, null, CancellationToken))).Code);
    }

    [Fact]
    public async Task Dispose_NotCompleted_LeavesNoArchive()
    {
        var path = _directory.File("broken.tar");
        var scratch = Directory.CreateDirectory(_directory.File("scratch")).FullName;
        await using (var archive = new ArchiveWriter(path, scratch, Passphrase))
        {
            await archive.AddAsync(Config, new MemoryStream("secret"u8.ToArray()), CancellationToken);
        }

        Assert.False(File.Exists(path));
        Assert.Empty(Directory.EnumerateFileSystemEntries(scratch));
    }

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private static BackupManifest Manifest(ArchiveWriter archive) => new(
        1, "20261128T000000Z-00000000", "1.0.0", DateTimeOffset.UnixEpoch, "sqlite", "M", new BackupContent(new Dictionary<string, long>(), 0, 0, []), archive.Members);

    private async Task<string> WriteAsync(string? passphrase)
    {
        var path = _directory.File(passphrase is null ? "backup.tar" : "backup.tar.enc");
        File.Delete(path);
        await using var archive = new ArchiveWriter(path, Directory.CreateDirectory(_directory.File("scratch")).FullName, passphrase);
        await archive.AddAsync(Config, new MemoryStream("secret"u8.ToArray()), CancellationToken);
        await archive.AddAsync(Session, new MemoryStream(Large), CancellationToken);
        Assert.Equal(await archive.CompleteAsync(Manifest(archive), CancellationToken), new FileInfo(path).Length);
        return path;
    }
}
