using System.Threading.RateLimiting;

namespace WaPlatform.Gateway.Limits;

/// <summary>Whose requests are counted together: a user's or a key's, whatever the address; else those of an address.</summary>
/// <param name="Caller">Null without good credentials.</param>
/// <param name="Slot">Of the address, where there is no caller.</param>
internal readonly record struct RatePartition(string? Caller, int Slot)
{
    public static RatePartition Of(HttpContext context) =>
        Access.Caller.IdOf(context.User) is { } caller ? new(caller, 0) : new(null, AddressSlot.Of(context.Connection.RemoteIpAddress));

    public static RateLimitPartition<RatePartition> Limited(HttpContext context, RateLimitOptions options, TimeProvider timeProvider)
    {
        var partition = Of(context);
        return options.AreOff
            ? RateLimitPartition.GetNoLimiter(default(RatePartition))
            : RateLimitPartition.Get(partition, key => new CallerLimiter(
                key.Caller is null ? Math.Min(options.Anonymous, options.Requests) : options.Requests, timeProvider));
    }
}
