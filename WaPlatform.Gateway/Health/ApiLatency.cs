using System.Diagnostics.Metrics;

namespace WaPlatform.Gateway.Health;

/// <summary>
/// How long this gateway took to answer calls of the API, over the last minutes. Listens to what ASP.NET Core measures anyway, and keeps counts by
/// length, not lengths: its percentile is right to a tenth.
/// </summary>
internal sealed class ApiLatency : IHostedService, IDisposable
{
    private const int Slots = 30;
    private const double Growth = 1.1;
    private const double Shortest = 0.0001;
    private const int Lengths = 150;

    private static readonly TimeSpan SlotLength = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Slot[] _slots = [.. Enumerable.Range(0, Slots).Select(_ => new Slot())];
    private readonly IMeterFactory _meters;
    private readonly TimeProvider _timeProvider;
    private readonly MeterListener _listener = new();
    private readonly long _start;

    public ApiLatency(IMeterFactory meters, TimeProvider timeProvider)
    {
        _meters = meters;
        _timeProvider = timeProvider;
        _start = timeProvider.GetTimestamp();
        _listener.InstrumentPublished = Choose;
        _listener.SetMeasurementEventCallback<double>(Measured);
    }

    /// <summary>The time that the figures are of.</summary>
    public static TimeSpan Window { get; } = Slots * SlotLength;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();

    public void Add(TimeSpan elapsed)
    {
        var length = (int)Math.Ceiling(Math.Log(Math.Max(elapsed.TotalSeconds, Shortest) / Shortest, Growth));
        lock (_lock)
        {
            var slot = Current();
            slot.Count++;
            slot.Seconds += elapsed.TotalSeconds;
            slot.ByLength[Math.Clamp(length, 0, Lengths - 1)]++;
        }
    }

    public ApiLatencyView Read()
    {
        lock (_lock)
        {
            var now = Number();
            var recent = _slots.Where(slot => slot.Number > now - Slots && slot.Count > 0).ToList();
            var count = recent.Sum(slot => slot.Count);
            return count == 0
                ? new ApiLatencyView(Window.TotalSeconds, 0, null, null)
                : new ApiLatencyView(Window.TotalSeconds, count, Milliseconds(recent.Sum(slot => slot.Seconds) / count), Milliseconds(Percentile(recent, count, 0.95)));
        }
    }

    // Of this application alone: a process may have several, as tests do.
    private void Choose(Instrument instrument, MeterListener listener)
    {
        if (instrument is { Name: "http.server.request.duration", Meter.Name: "Microsoft.AspNetCore.Hosting" } && instrument.Meter.Scope == _meters)
        {
            listener.EnableMeasurementEvents(instrument);
        }
    }

    private void Measured(Instrument instrument, double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        foreach (var (name, value) in tags)
        {
            if (name == "http.route" && value is string route && IsCall(route))
            {
                Add(TimeSpan.FromSeconds(seconds));
                return;
            }
        }
    }

    // Streams last as long as somebody listens, and probes are nobody's calls.
    private static bool IsCall(string route) =>
        route.StartsWith("/api/", StringComparison.Ordinal)
        && !route.StartsWith("/api/health", StringComparison.Ordinal)
        && !route.EndsWith("/stream", StringComparison.Ordinal) && !route.EndsWith("/logs", StringComparison.Ordinal);

    private Slot Current()
    {
        var number = Number();
        var slot = _slots[number % Slots];
        if (slot.Number != number)
        {
            slot.Begin(number);
        }

        return slot;
    }

    private long Number() => _timeProvider.GetElapsedTime(_start).Ticks / SlotLength.Ticks;

    private static double Percentile(List<Slot> slots, long count, double share)
    {
        var rank = (long)Math.Ceiling(share * count);
        var seen = 0L;
        var length = -1;
        while (seen < rank)
        {
            length++;
            seen += slots.Sum(slot => slot.ByLength[length]);
        }

        return Shortest * Math.Pow(Growth, length);
    }

    private static double Milliseconds(double seconds) => Math.Round(1000 * seconds, 2);

    private sealed class Slot
    {
        public long Number { get; private set; } = -1;

        public long Count { get; set; }

        public double Seconds { get; set; }

        public long[] ByLength { get; } = new long[Lengths];

        public void Begin(long number)
        {
            Number = number;
            (Count, Seconds) = (0, 0);
            Array.Clear(ByLength);
        }
    }
}

/// <summary>How long calls of the API took that this gateway answered. A send that waits for WhatsApp counts with its wait.</summary>
/// <param name="MeanMs">Null while there were none.</param>
/// <param name="P95Ms">So long, or less, took 95 of 100; right to a tenth of itself.</param>
internal sealed record ApiLatencyView(double WindowSeconds, long Requests, double? MeanMs, double? P95Ms);
