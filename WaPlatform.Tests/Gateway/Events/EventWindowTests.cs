using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using WaPlatform.Contracts.Events;
using WaPlatform.Gateway.Events;

namespace WaPlatform.Tests.Gateway.Events;

public sealed class EventWindowTests
{
    private static readonly EventFilter All = new(null, []);
    private static readonly EventFilter Even = new(null, ["even"]);

    private readonly FakeTimeProvider _clock = new();
    private readonly EventWindow _window;

    public EventWindowTests()
    {
        _window = new EventWindow(_clock);
        _window.Begin(100);
    }

    [Fact]
    public void Read_FromItsBeginning_HasAllInOrder()
    {
        Hear(101, 50);

        var page = _window.Read(100, All, 500)!;

        Assert.Equal(Enumerable.Range(101, 50).Select(n => (long)n), page.Events.Select(told => told.Place));
        Assert.Equal((150, false), (page.End, page.IsFull));
        Assert.Equal([150L], _window.Read(149, All, 500)!.Events.Select(told => told.Place));
        Assert.Equal(150, _window.End);
    }

    [Fact]
    public void Read_WithAFilter_EndsWhereItHasLooked()
    {
        Hear(101, 9);

        var first = _window.Read(100, Even, 2)!;
        var rest = _window.Read(first.End, Even, 3)!;

        Assert.Equal([102L, 104L], first.Events.Select(told => told.Place));
        Assert.Equal((104, true), (first.End, first.IsFull));
        Assert.Equal([106L, 108L], rest.Events.Select(told => told.Place));
        Assert.Equal((109, false), (rest.End, rest.IsFull));
    }

    [Fact]
    public void Read_BeforeItsBeginning_IsNotItsToAnswer()
    {
        Assert.Null(_window.Read(99, All, 10));
        Assert.Null(new EventWindow(_clock).Read(0, All, 10));
        Assert.Empty(_window.Read(100, All, 10)!.Events);
        Assert.Equal(200, _window.Read(200, All, 10)!.End);
    }

    [Fact]
    public void Hear_MoreThanItHolds_LetsTheOldestGo()
    {
        for (var n = 0; n < 15; n++)
        {
            Hear(101 + (n * 1000), 1000);
        }

        Assert.Null(_window.Read(5099, All, 1));
        Assert.Equal([5101L, 5102L], _window.Read(5100, All, 2)!.Events.Select(told => told.Place));
        Assert.Equal(10_000, _window.Read(5100, All, 20_000)!.Events.Count);
    }

    [Fact]
    public void Hear_LargeEvents_KeepsWhatFitsAndAlwaysTheNewest()
    {
        var large = JsonSerializer.Serialize(new string('x', 6 * 1024 * 1024));
        var huge = JsonSerializer.Serialize(new string('x', 20 * 1024 * 1024));

        Hear(101, 3, large);
        Assert.Equal(2, _window.Read(101, All, 10)!.Events.Count);
        Assert.Null(_window.Read(100, All, 10));

        Hear(104, 1, huge);
        Assert.Equal([104L], _window.Read(103, All, 10)!.Events.Select(told => told.Place));
        Assert.Null(_window.Read(102, All, 10));
    }

    // What the journal is not to keep must not be kept here.
    [Fact]
    public void Read_AfterAWhile_HasNothing()
    {
        Hear(101, 3);
        _clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Null(_window.Read(100, All, 10));
        Assert.Empty(_window.Read(103, All, 10)!.Events);
        Hear(104, 1);
        Assert.Single(_window.Read(103, All, 10)!.Events);
    }

    [Fact]
    public async Task More_AnEvent_Completes()
    {
        var more = _window.More;
        Assert.False(more.IsCompleted);

        Hear(101, 1);

        await more;
        Assert.False(_window.More.IsCompleted);
    }

    private void Hear(long first, int count, string data = "{}")
    {
        var json = JsonElement.Parse(data);
        _window.Hear([.. Enumerable.Range(0, count).Select(n => (Place: first + n, Type: (first + n) % 2 == 0 ? "even" : "odd"))
            .Select(e => new DeviceEvent("5511999999999", e.Place, e.Type, DateTimeOffset.UnixEpoch, EventSource.Platform, json, null, null, e.Place))]);
    }
}
