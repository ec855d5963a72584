using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using WaPlatform.Gateway.Health;

namespace WaPlatform.Tests.Gateway.Health;

public sealed class ApiLatencyTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeTimeProvider _clock = new();
    private readonly ApiLatency _latency;

    public ApiLatencyTests() => _latency = new ApiLatency(_services.GetRequiredService<IMeterFactory>(), _clock);

    public void Dispose()
    {
        _latency.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void Read_NothingMeasured_HasNoFigures() => Assert.Equal(new ApiLatencyView(300, 0, null, null), _latency.Read());

    [Fact]
    public void Read_MostAreQuickAndSomeAreSlow_MeanIsExactAndThePercentileRightToATenth()
    {
        for (var i = 0; i < 90; i++)
        {
            _latency.Add(TimeSpan.FromMilliseconds(10));
        }

        for (var i = 0; i < 10; i++)
        {
            _latency.Add(TimeSpan.FromMilliseconds(1000));
        }

        var view = _latency.Read();

        Assert.Equal((100, 109.0), (view.Requests, view.MeanMs!.Value));
        Assert.InRange(view.P95Ms!.Value, 1000, 1100);
    }

    [Fact]
    public void Read_OldCalls_FallOut()
    {
        _latency.Add(TimeSpan.FromSeconds(9));
        _clock.Advance(TimeSpan.FromMinutes(4));
        _latency.Add(TimeSpan.FromMilliseconds(10));
        Assert.Equal(2, _latency.Read().Requests);

        _clock.Advance(TimeSpan.FromMinutes(2));

        var view = _latency.Read();
        Assert.Equal(1, view.Requests);
        Assert.InRange(view.P95Ms!.Value, 10, 11);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, _latency.Read().Requests);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-9)]
    [InlineData(1e6)]
    public void Add_ExtremeLengths_AreCounted(double seconds)
    {
        _latency.Add(TimeSpan.FromSeconds(seconds));

        Assert.Equal(1, _latency.Read().Requests);
    }
}
