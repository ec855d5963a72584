using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Backups;

/// <summary>For calls that concern all devices at once, and are answered by the jobs service: a caller who is limited to some devices may not make them.</summary>
internal sealed class WholePlatformFilter : IEndpointFilter
{
    private static readonly TimeSpan ComeBackSoon = TimeSpan.FromSeconds(5);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (DeviceAccess.Of(context.HttpContext.User).Only is not null)
        {
            return new ProblemResult(ErrorCode.Forbidden, "This concerns all devices, and you may use some of them.");
        }

        try
        {
            return await next(context);
        }
        catch (Exception exception) when (exception is OrleansException { InnerException: not Contracts.Faults.PlatformException } or TimeoutException)
        {
            return new ProblemResult(new Fault(ErrorCode.BackupUnavailable, "The jobs service does not answer.") { RetryAfter = ComeBackSoon });
        }
    }
}
