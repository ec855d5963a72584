using WaPlatform.Contracts.Faults;
using WaPlatform.Contracts.Hosts;
using WaPlatform.ProcessHost.Sessions;
using WaPlatform.Tests.Jobs.Backups;

namespace WaPlatform.Tests.ProcessHost.Sessions;

public sealed class SessionFilesTests : IDisposable
{
    private readonly ScratchDirectory _directory = new();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private string Home => _directory.File("5511999990001");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Read_AFileThatIsGone_IsNotTakenForTheReadersDisk()
    {
        _directory.Write("5511999990001/storages/chatstorage.db", "chats");
        File.CreateSymbolicLink(Path.Combine(Home, "storages", "whatsapp.db"), _directory.File("nowhere"));

        var refused = await Assert.ThrowsAsync<PlatformException>(async () =>
        {
            await foreach (var part in SessionFiles.ReadAsync(Home, _directory.File("copy"), CancellationToken))
            {
                Assert.Equal("storages/chatstorage.db", part.File);
            }
        });

        Assert.Equal(ErrorCode.BackupUnavailable, refused.Code);
        Assert.DoesNotContain("5511999990001", refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("storages/chatstorage.db")]
    [InlineData(null)]
    public async Task Replace_ByAPartOfASession_IsRefusedAndTheOneFromBeforeStays(string? file)
    {
        var keys = _directory.Write("5511999990001/storages/whatsapp.db", "keys");

        var refused = await Assert.ThrowsAsync<PlatformException>(() => SessionFiles.ReplaceAsync(Home, Parts(file), CancellationToken));

        Assert.Equal(ErrorCode.BackupUnavailable, refused.Code);
        Assert.Equal("keys", await File.ReadAllTextAsync(keys, CancellationToken));
        Assert.Equal([Home], Directory.GetDirectories(_directory.Path));
    }

    [Fact]
    public async Task Replace_ByAWholeSession_TakesItsPlace()
    {
        var keys = _directory.Write("5511999990001/storages/whatsapp.db", "keys");

        await SessionFiles.ReplaceAsync(Home, Parts("storages/whatsapp.db"), CancellationToken);

        Assert.Equal("new", await File.ReadAllTextAsync(keys, CancellationToken));
        Assert.Equal([Home], Directory.GetDirectories(_directory.Path));
    }

    private static async IAsyncEnumerable<SessionPart> Parts(string? file)
    {
        await Task.CompletedTask;
        if (file is not null)
        {
            yield return new SessionPart(file, "new"u8.ToArray());
        }
    }
}
