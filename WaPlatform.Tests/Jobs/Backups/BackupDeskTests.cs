using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Faults;
using WaPlatform.Jobs.Backups;

namespace WaPlatform.Tests.Jobs.Backups;

public sealed class BackupDeskTests : IDisposable
{
    private const string Id = "20261128T174500Z-1a2b3c4d";

    private readonly ScratchDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Verify_OneThatCouldNotBegin_LeavesTheTurnToTheNext()
    {
        _directory.Write($"{Id}{BackupFile.Plain}", "no archive");

        // Of what does other work nothing is touched.
        using var desk = new BackupDesk(
            new BackupCatalog(_directory.Path), null!, null!, null!, null!, null!, new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), Options.Create(new BackupOptions()),
            TimeProvider.System, NullLogger<BackupDesk>.Instance);

        await Assert.ThrowsAsync<PlatformException>(() => desk.VerifyAsync(Id, null, new CancellationToken(canceled: true)));
        var next = await Assert.ThrowsAsync<PlatformException>(async () => await await desk.VerifyAsync(Id, null, TestContext.Current.CancellationToken));

        Assert.Equal(ErrorCode.BackupCorrupt, next.Code);
    }
}
