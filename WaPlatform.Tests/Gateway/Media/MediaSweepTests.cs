using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data;
using WaPlatform.Data.Messages;
using WaPlatform.Gateway.Media;
using WaPlatform.ServiceDefaults.Media;

namespace WaPlatform.Tests.Gateway.Media;

public abstract class MediaSweepTests(MediaGateway gateway)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sweep_FilesOfAllKinds_RemovesThoseThatNobodyWillSend()
    {
        var device = await gateway.RegisterAsync();
        var now = TimeProvider.System.GetDatabaseTime();
        var orphan = await WriteAsync();
        var kept = new List<string>();
        foreach (var status in (MessageStatus[])[MessageStatus.Queued, MessageStatus.Scheduled, MessageStatus.Sending])
        {
            kept.Add(await AddAsync(device, status, now.AddDays(-300)));
        }

        kept.Add(await AddAsync(device, MessageStatus.Failed, now.AddHours(2)));
        kept.Add(await AddAsync(device, MessageStatus.Uncertain, now.AddHours(2)));
        await AddAsync(device, MessageStatus.Failed, now.AddHours(-23));
        await AddAsync(device, MessageStatus.Uncertain, now.AddHours(-23));
        await AddAsync(device, MessageStatus.Sent, now);

        await SweepAsync(now.AddMinutes(50));
        Assert.Contains(orphan, await gateway.FilesAsync());

        // Every gateway sweeps, perhaps at the same moment.
        await Task.WhenAll(SweepAsync(now.AddHours(2)), SweepAsync(now.AddHours(2)));

        await gateway.HasFilesAsync(kept);
        var named = await gateway.Host.QueryAsync(db => db.Messages.Where(m => m.PhoneNumber == device && m.Media != null).ToListAsync(CancellationToken));
        Assert.Equal(kept.Order(), named.Select(message => message.Media!.Key).Order());
    }

    private async Task SweepAsync(DateTimeOffset now)
    {
        var databases = gateway.Host.Services.GetRequiredService<IDbContextFactory<WaDbContext>>();
        using var sweep = new MediaSweep(gateway.Media, databases, Options.Create(new MediaOptions()), new FakeTimeProvider(now), NullLogger<MediaSweep>.Instance);
        await sweep.SweepAsync(CancellationToken);
    }

    private async Task<string> WriteAsync() => (await gateway.Media.WriteAsync(new MemoryStream([1]), 1, CancellationToken)).Key;

    private async Task<string> AddAsync(string device, MessageStatus status, DateTimeOffset at)
    {
        var key = await WriteAsync();
        await gateway.Host.QueryAsync(db =>
        {
            db.Messages.Add(new Message
            {
                Id = Guid.CreateVersion7(),
                PhoneNumber = device,
                To = "5511888888888@s.whatsapp.net",
                Type = MessageType.Image,
                Body = "{}",
                Media = new MediaFile(key, "a.png", "image/png", 1),
                Status = status,
                DueAt = at,
                CreatedAt = at,
            });
            return db.SaveChangesAsync(CancellationToken);
        });
        return key;
    }
}

public sealed class DirectoryMediaSweepTests(MediaGateway gateway) : MediaSweepTests(gateway), IClassFixture<MediaGateway>;

public sealed class DatabaseMediaSweepTests(DatabaseMediaGateway gateway) : MediaSweepTests(gateway), IClassFixture<DatabaseMediaGateway>;
