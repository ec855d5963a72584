using Microsoft.AspNetCore.Http.Features;
using WaPlatform.Data;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Devices;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Proxy;

internal static class ProxyEndpoints
{
    public static IServiceCollection AddEngineProxy(this IServiceCollection services)
    {
        services.AddHttpForwarder();
        services.AddSingleton<EngineLanes>();
        services.AddSingleton<Handover>();
        services.AddSingleton<SendTurns>();
        services.AddSingleton<EngineProxy>();
        services.AddSingleton<ProxyMetrics>();
        return services;
    }

    /// <summary>Both forms: with the device's number as first part of the path, and without.</summary>
    public static void MapEngineProxy(this IEndpointRouteBuilder routes) =>
        routes.Map($"{ProxyTarget.Prefix}/{{**path}}", Forward)
            .WithMetadata(BodyLimit.None)
            .RequireAuthorization(Scopes.ProxyUse)
            .ExcludeFromDescription();

    private static async Task Forward(HttpContext context, EngineProxy proxy, DeviceAccess access, WaDbContext db)
    {
        var fault = await TryForwardAsync(context, proxy, access, db);
        if (fault is not null)
        {
            await new ProblemResult(fault).ExecuteAsync(context);
        }
    }

    private static async Task<Fault?> TryForwardAsync(HttpContext context, EngineProxy proxy, DeviceAccess access, WaDbContext db)
    {
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (ProxyTarget.Read(raw, out var problem) is not { } target)
        {
            return new Fault(ErrorCode.ValidationFailed, problem!);
        }

        var phone = target.Phone ?? default;
        if (target.Phone is null)
        {
            (phone, var fault) = await ProxyDevice.FindAsync(context.Request, access, db, context.RequestAborted);
            if (fault is not null)
            {
                return fault;
            }
        }

        if (!access.Allows(phone.Digits))
        {
            return Fault.NoDevice(phone.Digits);
        }

        var answer = await proxy.ForwardAsync(context, phone, target.PathAndQuery);

        // Only now: a running engine is proof enough that the device exists.
        return answer?.Code == ErrorCode.EngineUnavailable && await db.FindDeviceAsync(phone, context.RequestAborted) is null
            ? Fault.NoDevice(phone.Digits)
            : answer;
    }
}
