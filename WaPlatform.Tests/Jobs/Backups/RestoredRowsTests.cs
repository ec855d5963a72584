using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Events;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Access;
using WaPlatform.Data.Devices;
using WaPlatform.Data.Events;
using WaPlatform.Data.Messages;
using WaPlatform.Jobs.Backups.Restore;
using WaPlatform.Tests.Data;

namespace WaPlatform.Tests.Jobs.Backups;

/// <summary>What is made of restored rows, on either database.</summary>
public abstract class RestoredRowsTests(TestDatabase database)
{
    private const string Phone = "5511960000101";
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Amend_WhatWaited_IsHeldUnlessNobodyCanHaveSentIt()
    {
        var user = new User { Id = Guid.NewGuid(), Username = "a", NormalizedUsername = "A", PasswordHash = "x", SecurityStamp = "x", Role = UserRole.Admin, CreatedAt = Noon };
        Message[] messages =
        [
            Message(MessageStatus.Queued), Message(MessageStatus.Sending, attempts: 1), Message(MessageStatus.Scheduled, scheduledAt: Noon.AddHours(-1)),
            Message(MessageStatus.Scheduled, attempts: 1, scheduledAt: Noon.AddHours(1)), Message(MessageStatus.Scheduled), Message(MessageStatus.Scheduled, scheduledAt: Noon.AddHours(1)),
            Message(MessageStatus.Sent), Message(MessageStatus.Failed),
        ];
        await using var db = await database.OpenAsync(CancellationToken);
        db.Devices.Add(new Device { PhoneNumber = Phone, Desired = DesiredState.Running, OwnerHost = "gone", Home = "gone:/x", Epoch = 7, LastSequence = 3, CreatedAt = Noon });
        db.Messages.AddRange(messages);
        db.Users.Add(user);
        db.RefreshTokens.Add(new RefreshToken { Hash = "h", UserId = user.Id, Family = Guid.NewGuid(), ExpiresAt = Noon.AddDays(1) });
        await db.AppendAsync([Event(5)], CancellationToken);
        var place = await db.LastEventAsync(CancellationToken);

        await RestoredRows.AmendAsync(db, new FakeTimeProvider(Noon), CancellationToken);

        db.ChangeTracker.Clear();
        var rows = await db.Messages.AsNoTracking().OrderBy(m => m.Id).ToListAsync(CancellationToken);
        MessageStatus[] held = [.. Enumerable.Repeat(MessageStatus.Uncertain, 5), MessageStatus.Scheduled, MessageStatus.Sent, MessageStatus.Failed];
        Assert.Equal(held, rows.Select(m => m.Status));
        Assert.All(rows.Take(5), m => Assert.Equal("RESTORED", m.ErrorCode));
        Assert.Equal("RESTORED", Timeline.Read(rows[0])[^1].Code);
        var device = await db.Devices.AsNoTracking().SingleAsync(CancellationToken);
        Assert.Equal((null, null), (device.OwnerHost, device.Home));
        Assert.True(device.Epoch > 1_000 && device.LastSequence > 1_000, $"{device.Epoch} {device.LastSequence}");
        Assert.False(await db.RefreshTokens.AnyAsync(CancellationToken));

        // The next event's place is none that anybody may have seen.
        await db.AppendAsync([Event(device.LastSequence + 1)], CancellationToken);
        Assert.True(await db.LastEventAsync(CancellationToken) > place + 1_000_000);
    }

    private static Message Message(MessageStatus status, int attempts = 0, DateTimeOffset? scheduledAt = null) => new()
    {
        // In the order in which they are made.
        Id = Guid.CreateVersion7(Noon.AddMilliseconds(Interlocked.Increment(ref _ids))),
        PhoneNumber = Phone,
        To = "5511888888888@s.whatsapp.net",
        Body = "{}",
        Status = status,
        Attempts = attempts,
        ScheduledAt = scheduledAt,
        DueAt = scheduledAt ?? Noon.AddHours(1),
        CreatedAt = Noon.AddHours(-2),
    };

    private static int _ids;

    private static JournalEvent Event(long sequence) => new() { PhoneNumber = Phone, Sequence = sequence, Type = "x", Source = EventSource.Platform, At = Noon, Data = "{}" };
}

public sealed class SqliteRestoredRowsTests(SqliteTestDatabase database) : RestoredRowsTests(database), IClassFixture<SqliteTestDatabase>;

public sealed class PostgresRestoredRowsTests(PostgresTestDatabase database) : RestoredRowsTests(database), IClassFixture<PostgresTestDatabase>;
