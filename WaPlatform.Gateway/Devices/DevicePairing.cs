using Microsoft.AspNetCore.Http.HttpResults;
using WaPlatform.Contracts.Devices;
using WaPlatform.Data;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;
using WaPlatform.Gateway.OpenApi;

namespace WaPlatform.Gateway.Devices;

internal static class DevicePairing
{
    private const string Png = "image/png";

    public static void MapDevicePairing(this RouteGroupBuilder group)
    {
        group.MapGet("/{phone}/qr", GetQr)
            .WithMetadata(new OtherForms(Png))
            .RequireAuthorization(Scopes.DevicesRead);
        group.MapPost("/{phone}/pairing-code", GetPairingCode).RequireAuthorization(Scopes.DevicesWrite);
    }

    /// <summary>A QR code that is valid now, to be scanned with the phone. With Accept: image/png the picture itself.</summary>
    internal static async Task<Results<Ok<QrView>, FileContentHttpResult, ProblemResult>> GetQr(
        PhoneNumber phone, HttpContext context, WaDbContext db, DeviceOwners owners, IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        if (await db.FindDeviceAsync(phone, cancellationToken) is null)
        {
            return ProblemResult.NoDevice(phone.Digits);
        }

        // Whoever scans it owns the session: no cache may keep it.
        context.Response.Headers.CacheControl = "no-store";
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var code = await (await owners.ReachAsync(phone.Digits, waiting.Token)).GetQrAsync().WaitAsync(waiting.Token);
        return Accepts.Prefers(context.Request, Png)
            ? TypedResults.File(code.Png, Png)
            : TypedResults.Ok(new QrView(phone.Digits, code.ToDataUri(), code.GeneratedAt, code.ExpiresAt));
    }

    /// <summary>A code to type on the phone instead of scanning.</summary>
    internal static async Task<Results<Ok<PairingCodeView>, ProblemResult>> GetPairingCode(
        PhoneNumber phone, HttpResponse response, WaDbContext db, DeviceOwners owners, IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        if (await db.FindDeviceAsync(phone, cancellationToken) is null)
        {
            return ProblemResult.NoDevice(phone.Digits);
        }

        response.Headers.CacheControl = "no-store";
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var code = await (await owners.ReachAsync(phone.Digits, waiting.Token)).GetPairingCodeAsync().WaitAsync(waiting.Token);
        return TypedResults.Ok(new PairingCodeView(phone.Digits, code.Code, code.ExpiresAt));
    }
}
