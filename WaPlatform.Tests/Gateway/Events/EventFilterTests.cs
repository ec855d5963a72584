using System.Collections.Frozen;
using System.Text.Json;
using WaPlatform.Contracts.Events;
using WaPlatform.Data.Events;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Events;
using WaPlatform.Gateway.Faults;
using WaPlatform.Tests.Data;

namespace WaPlatform.Tests.Gateway.Events;

/// <summary>The same decision in memory and on either database.</summary>
public abstract class EventFilterTests(TestDatabase database)
{
    private static readonly (string? Phone, string Type)[] Events =
    [
        ("5511000000001", "message.received"), ("5511000000001", "messages"), ("5511000000002", "message.status"), ("5511000000002", "message.status_x"),
        (null, "webhook.failing"), ("5511000000001", "device.qr"),
    ];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, null, null, "012345")]
    [InlineData("", "", null, "012345")]
    [InlineData("+5511000000001", null, null, "015")]
    [InlineData("5511000000001,5511000000002@s.whatsapp.net", null, null, "01235")]
    [InlineData("5511000000009", null, null, "")]
    [InlineData(null, "*", null, "012345")]
    [InlineData(null, "message.*", null, "023")]
    [InlineData(null, "message.status", null, "2")]
    [InlineData(null, "message.status, device.*,webhook.failing", null, "245")]
    [InlineData(null, "nothing.such", null, "")]
    [InlineData("5511000000001", "message.*", null, "0")]
    [InlineData(null, null, "5511000000002", "23")]
    [InlineData("5511000000001", null, "5511000000002", "")]
    [InlineData("5511000000001,5511000000002", "device.*", "5511000000001", "5")]
    public async Task Read_DevicesTypesAndLimits_DecideWhatMatches(string? device, string? type, string? only, string expected)
    {
        var errors = new FieldErrors();

        var filter = EventFilter.Read(device, type, only is null ? DeviceAccess.ToAll : new DeviceAccess(new[] { only }.ToFrozenSet()), errors);

        Assert.False(errors.Any);
        Assert.Equal(expected, string.Concat(Events.Index().Where(e => filter.Matches(EventOf(e.Item))).Select(e => e.Index)));
        Assert.Equal(expected, await StoredAsync(filter));
    }

    [Theory]
    [InlineData("abc", null, "device")]
    [InlineData("5511000000001,x", null, "device")]
    [InlineData(null, "Message.*", "type")]
    [InlineData(null, "message.*.x", "type")]
    [InlineData(null, "message'; --", "type")]
    [InlineData(null, "*.message", "type")]
    public void Read_NonsenseNames_IsRefused(string? device, string? type, string field)
    {
        var errors = new FieldErrors();

        EventFilter.Read(device, type, DeviceAccess.ToAll, errors);

        Assert.Equal([field], errors.ByField.Keys);
    }

    [Fact]
    public void Read_TooManyNames_IsRefused()
    {
        var errors = new FieldErrors();

        EventFilter.Read(string.Join(',', Enumerable.Repeat("5511000000001", 101)), string.Join(',', Enumerable.Repeat("a", 101)), DeviceAccess.ToAll, errors);

        Assert.Equal(["device", "type"], errors.ByField.Keys.Order());
    }

    private static DeviceEvent EventOf((string? Phone, string Type) e) => new(e.Phone, 1, e.Type, DateTimeOffset.UnixEpoch, EventSource.Platform, JsonElement.Parse("{}"));

    private async Task<string> StoredAsync(EventFilter filter)
    {
        await using var db = await database.OpenAsync(CancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(CancellationToken);
        var rows = Events.Select((e, n) => new JournalEvent { PhoneNumber = e.Phone, Sequence = n, Type = e.Type, Data = "{}", At = DateTimeOffset.UnixEpoch }).ToList();
        var before = await db.AppendAsync(rows, CancellationToken);

        // Undone at the end: the next one begins with none of them.
        var page = await EventReader.ReadStoredAsync(db, before, filter, 100, CancellationToken);
        Assert.Equal(rows[^1].Id, page.End);
        return string.Concat(page.Events.Select(told => rows.FindIndex(row => row.Id == told.Place)));
    }
}

public sealed class SqliteEventFilterTests(SqliteTestDatabase database) : EventFilterTests(database), IClassFixture<SqliteTestDatabase>;

public sealed class PostgresEventFilterTests(PostgresTestDatabase database) : EventFilterTests(database), IClassFixture<PostgresTestDatabase>;
