using System.Threading.RateLimiting;

namespace WaPlatform.Gateway.Limits;

/// <summary>A <see cref="MinuteWindow"/> as ASP.NET Core's rate limiter wants it. Nobody waits in it.</summary>
internal sealed class CallerLimiter(int limit, TimeProvider timeProvider) : RateLimiter
{
    private readonly MinuteWindow _window = new(limit, timeProvider);
    private readonly long _start = timeProvider.GetTimestamp();

    /// <summary>With any value but null it may be dropped: a new one would know as much.</summary>
    public override TimeSpan? IdleDuration => _window.IsEmpty ? timeProvider.GetElapsedTime(_start) : null;

    public override RateLimiterStatistics? GetStatistics() => null;

    protected override RateLimitLease AttemptAcquireCore(int permitCount) =>
        permitCount == 0 || _window.Take() is not { } wait ? Lease.Granted : new Lease(wait);

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) => new(AttemptAcquireCore(permitCount));

    private sealed class Lease(TimeSpan? wait) : RateLimitLease
    {
        public static readonly Lease Granted = new(wait: null);

        public override bool IsAcquired => wait is null;

        public override IEnumerable<string> MetadataNames => wait is null ? [] : [MetadataName.RetryAfter.Name];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = metadataName == MetadataName.RetryAfter.Name ? wait : null;
            return metadata is not null;
        }
    }
}
