using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Limits;

internal static class LimitsExtensions
{
    private const string OriginalName = "API_RATE_LIMIT";

    /// <summary>Every endpoint is limited unless it says <c>DisableRateLimiting</c>.</summary>
    public static IServiceCollection AddLimits(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<RateLimitOptions, RateLimitOptionsValidator>().BindConfiguration(RateLimitOptions.SectionName)
            .Configure(options => options.Requests = Read(configuration[OriginalName]) ?? options.Requests);
        services.AddSingleton<SignInLimits>();
        services.AddRateLimiter();
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<RateLimitOptions>, TimeProvider>(static (limiter, options, timeProvider) =>
        {
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, RatePartition>(context => RatePartition.Limited(context, options.Value, timeProvider));
            limiter.OnRejected = static (rejected, _) => new ValueTask(Refusal(rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : null)
                .ExecuteAsync(rejected.HttpContext));
        });
        return services;
    }

    private static ProblemResult Refusal(TimeSpan? wait) =>
        new(new Fault(ErrorCode.RateLimited, "That were too many requests within a minute.") { RetryAfter = wait });

    private static int? Read(string? text) => string.IsNullOrWhiteSpace(text) ? null
        : int.TryParse(text, CultureInfo.InvariantCulture, out var requests) && requests >= 0 ? requests
        : throw new OptionsValidationException(OriginalName, typeof(int), [$"{OriginalName} is '{text}'; it must be the number of requests in a minute, or 0 for no limit."]);
}
