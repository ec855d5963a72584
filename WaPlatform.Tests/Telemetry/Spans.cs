using System.Collections.Concurrent;
using System.Diagnostics;

namespace WaPlatform.Tests.Telemetry;

/// <summary>Everything of one trace that this process did, as a collector would get it.</summary>
internal sealed class Spans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public Spans(ActivityTraceId trace)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("WaPlatform.", StringComparison.Ordinal) || source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.TraceId == trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == trace)
                {
                    _ended.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyCollection<Activity> Ended => _ended;

    public void Dispose() => _listener.Dispose();
}
