using Microsoft.Extensions.Time.Testing;
using WaPlatform.Gateway.Limits;

namespace WaPlatform.Tests.Gateway.Limits;

public sealed class MinuteWindowTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Take_PastTheLimit_SaysWhenTheNextHasItsTurn()
    {
        var window = new MinuteWindow(3, _clock);
        Assert.Null(window.Take());
        _clock.Advance(TimeSpan.FromSeconds(20.5));
        Assert.Null(window.Take());
        Assert.Null(window.Take());

        var first = window.Take();
        _clock.Advance(first!.Value - TimeSpan.FromMilliseconds(1));
        var tooEarly = window.Take();
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(TimeSpan.FromSeconds(39.5), first);
        Assert.Equal(TimeSpan.FromMilliseconds(1), tooEarly);
        Assert.Null(window.Take());
        Assert.Equal(TimeSpan.FromSeconds(20), window.Take());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Take_AtAnyTimes_LetsNoMoreThroughInAnyMinute(int seed)
    {
        const int Limit = 10;
        var random = new Random(seed);
        var window = new MinuteWindow(Limit, _clock);
        var start = _clock.GetTimestamp();
        var taken = new List<TimeSpan>();
        for (var i = 0; i < 2000; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(random.Next(random.Next(10) == 0 ? 90_000 : 3_000)));
            if (window.Take() is not { } wait)
            {
                taken.Add(_clock.GetElapsedTime(start));
            }
            else
            {
                Assert.InRange(wait, TimeSpan.FromTicks(1), TimeSpan.FromMinutes(1));
            }
        }

        // Seconds are what it counts in.
        Assert.True(taken.Count > 100);
        Assert.All(taken.Zip(taken.Skip(Limit)), pair => Assert.True(pair.Second - pair.First > TimeSpan.FromSeconds(59)));
    }

    [Fact]
    public void GiveBack_AfterATake_IsAsIfItHadNotBeen()
    {
        var window = new MinuteWindow(1, _clock);
        window.Take();
        _clock.Advance(TimeSpan.FromSeconds(30));

        window.GiveBack();
        window.GiveBack();

        Assert.True(window.IsEmpty);
        Assert.Null(window.Take());
        Assert.NotNull(window.Take());
    }

    [Fact]
    public void IsEmpty_AMinuteAfterTheLast_IsTrue()
    {
        var window = new MinuteWindow(5, _clock);
        window.Take();

        _clock.Advance(TimeSpan.FromSeconds(59));
        var before = window.IsEmpty;
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((false, true), (before, window.IsEmpty));
    }
}
