using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Slots;

namespace WaPlatform.Simulator.Http;

/// <summary>
/// The pipeline in gowa's order (gowa contract §4.2): CORS, static files, public routes, basic auth, routes without a slot, device middleware,
/// routes of a slot, and at the very end 405 or 404. HEAD is registered last of all, so even a public path needs a slot for it.
/// </summary>
internal sealed class Front(Gowa gowa, RouteTable routes, BasicAuth auth)
{
    private const long MaximumBody = 100_000_000;
    private readonly Cors _cors = new(gowa.Settings.CorsOrigins);

    // What reads the slot's identity before anything else, and so waits behind a status that waits for a dial (real.md §3.1.4).
    private static readonly string[] IdentityReaders = ["/chats", "/chat/", "/message/", "/user/", "/group", "/newsletter/", "/call/"];

    public async Task HandleAsync(HttpContext http)
    {
        var started = gowa.Time.GetTimestamp();
        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? target : target[..query];
        var context = new RequestContext(http, http.Request.Method, path.StartsWith('/') ? path : "/" + path, query < 0 ? "" : target[(query + 1)..]);

        if (gowa.Faults.HangLeft is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left, gowa.Time, gowa.Background.Stopping);
        }

        var answer = await AnswerAsync(context);
        await WriteAsync(http, answer);
        if (gowa.Settings.Debug)
        {
            gowa.Log.Print(string.Create(CultureInfo.InvariantCulture,
                $"{gowa.Time.GetUtcNow():HH:mm:ss} | {http.Response.StatusCode} | {gowa.Time.GetElapsedTime(started).TotalMicroseconds,9:0.###}µs | {http.Connection.RemoteIpAddress,15} | {context.Method,-7} | {path}"));
        }
    }

    private async Task<Answer> AnswerAsync(RequestContext context)
    {
        try
        {
            // The request outlives its caller, as it does in gowa: a login whose client gave up still happens.
            return await RouteAsync(context, gowa.Background.Stopping);
        }
        catch (ApiException exception)
        {
            return Refuse(exception.Status, exception.Code, exception);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return TooLarge();
        }
        catch (Exception exception) when (exception is BadHttpRequestException or IOException && context.Http.RequestAborted.IsCancellationRequested)
        {
            return Answer.Abort;
        }
        catch (OperationCanceledException) when (gowa.Background.Stopping.IsCancellationRequested)
        {
            return Answer.Abort;
        }
#pragma warning disable CA1031 // By design: gowa's recovery middleware turns any panic into a 500 envelope.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Refuse(500, "INTERNAL_SERVER_ERROR", exception);
        }
    }

    private static Answer TooLarge() => Answer.Text(413, "Request Entity Too Large") with { Headers = [("Connection", "close")] };

    private Answer Refuse(int status, string code, Exception exception)
    {
        gowa.Log.Error("Panic recovered in middleware: " + exception.Message);
        return Answer.Envelope(status, code, exception.Message, (exception as ApiException)?.Results);
    }

    private async Task<Answer> RouteAsync(RequestContext context, CancellationToken cancellationToken)
    {
        if (context.Http.Request.ContentLength > MaximumBody)
        {
            return TooLarge();
        }

        // A body that does not say its length is cut when it gets there.
        context.Http.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = MaximumBody;

        if (gowa.Faults.Garbage && !context.Path.StartsWith("/_simulator/", StringComparison.Ordinal))
        {
            return new Answer(200, Answer.JsonType, "\u0000<html>%&!{\"code\":\"SUCC"u8.ToArray());
        }

        if (_cors.Apply(context) is { } preflight)
        {
            return preflight;
        }

        if (await StaticFiles.FindAsync(gowa.Settings.BasePath, context.Method, context.Path, cancellationToken) is { } file)
        {
            return file;
        }

        if (routes.Find(context.Method, context.Path, RouteScope.Public) is { } open)
        {
            return await RunAsync(open, context, cancellationToken);
        }

        var isSocket = context.Path.Equals(gowa.Settings.BasePath + "/ws", StringComparison.OrdinalIgnoreCase);
        if (auth.Check(context, isSocket) is { } refusal)
        {
            return refusal;
        }

        if (routes.Find(context.Method, context.Path, RouteScope.Authorised) is { } authorised)
        {
            return await RunAsync(authorised, context, cancellationToken);
        }

        context.Slot = await ResolveSlotAsync(context);
        return FindScoped(context) is { } scoped ? await RunScopedAsync(scoped, context, cancellationToken) : Nothing(context);
    }

    private RouteMatch? FindScoped(RequestContext context) => context.Method != "HEAD"
        ? routes.Find(context.Method, context.Path, RouteScope.Device)
        : routes.Find("GET", context.Path, RouteScope.Public)
            ?? routes.Find("GET", context.Path, RouteScope.Authorised)
            ?? routes.Find("GET", context.Path, RouteScope.Device);

    private Answer Nothing(RequestContext context)
    {
        var allowed = routes.AllowedMethods(context.Path);
        return allowed.Count == 0
            ? Answer.Text(404, "Not Found")
            : Answer.Text(405, "Method Not Allowed") with { Headers = [("Allow", string.Join(", ", allowed))] };
    }

    private async Task<Answer> RunScopedAsync(RouteMatch match, RequestContext context, CancellationToken cancellationToken)
    {
        if (IdentityReaders.Any(prefix => match.Route.Pattern.StartsWith(prefix, StringComparison.Ordinal)))
        {
            using (await context.Slot.SlotLock.ReadAsync())
            {
            }
        }

        return await RunAsync(match, context, cancellationToken);
    }

    private Task<Answer> RunAsync(RouteMatch match, RequestContext context, CancellationToken cancellationToken)
    {
        context.Parameters = match.Parameters;
        gowa.Counters.Add($"{context.Method} {match.Route.Pattern}");
        return match.Route.Handler(context, cancellationToken);
    }

    // Header, then query, then the only slot there is.
    private async Task<Slot> ResolveSlotAsync(RequestContext context)
    {
        var given = RequestContext.Unescape(context.Header("X-Device-Id") ?? "").Trim();
        if (given.Length == 0)
        {
            given = context.Query("device_id").Trim();
        }

        if (given.Length > 0)
        {
            return await gowa.Slots.ResolveAsync(given) ?? throw new ApiException(
                404, "DEVICE_NOT_FOUND", "device not found; create a device first from /api/devices or provide a valid X-Device-Id",
                GoJson.Struct(("device_id", given)));
        }

        return await gowa.Slots.ListAsync() is [var only]
            ? only
            : throw new ApiException(400, "DEVICE_ID_REQUIRED", "device_id is required via X-Device-Id header or device_id query");
    }

    private static async Task WriteAsync(HttpContext http, Answer answer)
    {
        if (ReferenceEquals(answer, Answer.Written))
        {
            return;
        }

        if (ReferenceEquals(answer, Answer.Abort))
        {
            http.Abort();
            return;
        }

        http.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
        {
            http.Response.Headers[name] = value;
        }

        if (answer.ContentType.Length > 0)
        {
            http.Response.ContentType = answer.ContentType;
        }

        if (answer.Status != 204)
        {
            http.Response.ContentLength = answer.Body.Length;
        }

        if (!HttpMethods.IsHead(http.Request.Method) && answer.Body.Length > 0)
        {
            await http.Response.Body.WriteAsync(answer.Body, CancellationToken.None);
        }
    }
}
