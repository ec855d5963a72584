using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Events;

namespace WaPlatform.Tests.Gateway.Events;

/// <summary>A journal whose beginning was removed.</summary>
public sealed class EventHorizonTests(JournalGateway gateway) : IClassFixture<JournalGateway>, IAsyncLifetime
{
    private readonly string _phone = JournalGateway.NextPhone();
    private List<string> _cursors = [];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cursors = await gateway.AppendAsync(gateway.CreateWriter(), _phone, 5);
        Assert.True(EventCursor.TryParse(_cursors[2], out var horizon));
        await gateway.Host.QueryAsync(async db =>
        {
            await db.JournalHorizons.ExecuteUpdateAsync(set => set.SetProperty(h => h.Place, horizon), CancellationToken);
            return await db.Events.Where(e => e.Id <= horizon).ExecuteDeleteAsync(CancellationToken);
        });
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(null, false)]
    public async Task List_CursorFromBefore_SaysThatEventsWereMissed(int? after, bool missed)
    {
        var list = await gateway.ListAsync($"?device={_phone}&after={(after is { } index ? _cursors[index] : "")}", CancellationToken);

        Assert.Equal(missed, list.GetProperty("missed").GetBoolean());
        Assert.Equal(_cursors[Math.Max(3, (after ?? 0) + 1)..], list.GetProperty("items").EnumerateArray().Select(e => e.GetProperty("id").GetString()!));
    }

    // As after a restart of the gateway: it has nothing of them in memory.
    [Fact]
    public async Task StreamAndResume_CursorFromBefore_AreToldToo()
    {
        await using var later = gateway.CreateSecond();
        await later.InitializeAsync();
        await using var stream = await SseConnection.OpenAsync(later.Client, $"?device={_phone}", _cursors[0], CancellationToken);
        await using var hub = new HubConnectionBuilder()
            .WithUrl(new Uri(later.Host.Address, $"/hubs/events?rooms=device-{_phone}"), options => options.AccessTokenProvider = () => Task.FromResult<string?>(later.Token))
            .Build();
        await hub.StartAsync(CancellationToken);

        var notice = await stream.NextAsync(CancellationToken);

        Assert.Equal(("missed", _cursors[0]), (notice!.Value.Type, notice.Value.Data.GetProperty("after").GetString()));
        Assert.Equal(_cursors[3..], (await stream.TakeAsync(2, CancellationToken)).Select(e => e.GetProperty("id").GetString()!));
        Assert.True((await hub.InvokeAsync<JsonElement>("Resume", _cursors[1], CancellationToken)).GetProperty("missed").GetBoolean());
        Assert.False((await hub.InvokeAsync<JsonElement>("Resume", _cursors[2], CancellationToken)).GetProperty("missed").GetBoolean());
    }
}
