using System.Net.Mime;
using System.Text.Json;
using WaPlatform.Contracts.Devices;
using WaPlatform.Data;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;
using WaPlatform.Gateway.OpenApi;

namespace WaPlatform.Gateway.Devices;

internal static class DeviceLogs
{
    private const int DefaultTail = 200;
    private const int MaxTail = 5000;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    // Below the idle limit of every common reverse proxy.
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);

    public static void MapDeviceLogs(this RouteGroupBuilder group) =>
        group.MapGet("/{phone}/logs", GetLogs)
            .Produces<LogsView>()
            .WithMetadata(new OtherForms(MediaTypeNames.Text.Plain, MediaTypeNames.Text.EventStream))
            .WithMetadata(QueryToken.ForStreams)
            .RequireAuthorization(Scopes.DevicesRead);

    /// <summary>What the device's engine wrote last, oldest line first. Accept: text/plain for the bare lines, text/event-stream to follow them.</summary>
    /// <param name="tail">How many lines, 1–5,000. Default: 200.</param>
    /// <param name="stream"><c>stdout</c>, <c>stderr</c> or both with a comma. Default: both.</param>
    internal static async Task<IResult> GetLogs(
        PhoneNumber phone, int? tail, string? stream, HttpContext context, WaDbContext db, IGrainFactory grains, IHostApplicationLifetime lifetime,
        TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        errors.Require(tail is null or (>= 1 and <= MaxTail), "tail", $"Must be from 1 to {MaxTail}.");
        errors.Require(TryReadStreams(stream, out var streams), "stream", "Must be stdout, stderr or both with a comma.");
        if (errors.Any)
        {
            return errors.ToResult();
        }

        if (await db.FindDeviceAsync(phone, cancellationToken) is null)
        {
            return ProblemResult.NoDevice(phone.Digits);
        }

        var device = grains.GetGrain<IDeviceGrain>(phone.Digits);
        var lines = await device.GetLogsAsync(tail ?? DefaultTail, streams, 0).WaitAsync(cancellationToken);
        context.Response.Headers.CacheControl = "no-store";
        if (Accepts.Prefers(context.Request, MediaTypeNames.Text.EventStream))
        {
            using var following = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
            await FollowAsync(context.Response, device, lines, streams, timeProvider, following.Token);
            return Results.Empty;
        }

        return Accepts.Prefers(context.Request, MediaTypeNames.Text.Plain)
            ? Results.Text(string.Concat(lines.Select(line => line.Text + "\n")), MediaTypeNames.Text.Plain)
            : Results.Ok(new LogsView(phone.Digits, [.. lines.Select(LogLineView.From)]));
    }

    internal static bool TryReadStreams(string? text, out LogStreams streams)
    {
        streams = LogStreams.None;
        foreach (var name in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            streams |= name switch
            {
                "stdout" => LogStreams.Stdout,
                "stderr" => LogStreams.Stderr,
                _ => LogStreams.None,
            };
            if (name is not ("stdout" or "stderr"))
            {
                return false;
            }
        }

        streams = streams == LogStreams.None ? LogStreams.Both : streams;
        return true;
    }

    private static async Task FollowAsync(
        HttpResponse response, IDeviceGrain device, IReadOnlyList<LogLine> lines, LogStreams streams, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        response.ContentType = MediaTypeNames.Text.EventStream;
        var last = 0L;
        var writtenAt = timeProvider.GetTimestamp();
        await response.WriteAsync(": following\n\n", cancellationToken);
        while (true)
        {
            foreach (var line in lines)
            {
                last = Math.Max(last, line.Number);
                await response.WriteAsync($"id: {line.Number}\ndata: {JsonSerializer.Serialize(LogLineView.From(line), GatewayJson.Options)}\n\n", cancellationToken);
            }

            if (lines.Count > 0 || timeProvider.GetElapsedTime(writtenAt) >= HeartbeatInterval)
            {
                if (lines.Count == 0)
                {
                    await response.WriteAsync(": alive\n\n", cancellationToken);
                }

                writtenAt = timeProvider.GetTimestamp();
            }

            await response.Body.FlushAsync(cancellationToken);
            await Task.Delay(PollInterval, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
            {
                // The caller has gone, or the gateway stops: the stream ends in order.
                return;
            }

            lines = await PollAsync(device, streams, last, cancellationToken);
        }
    }

    private static async Task<IReadOnlyList<LogLine>> PollAsync(IDeviceGrain device, LogStreams streams, long after, CancellationToken cancellationToken)
    {
        try
        {
            return await device.GetLogsAsync(MaxTail, streams, after).WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (DeviceOwners.IsUnreachable(exception))
        {
            // The device moves to another host, or its host restarts: following goes on.
            return [];
        }
    }
}
