using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace WaPlatform.Tests.Webhooks;

/// <summary>A request that a receiver got.</summary>
internal sealed record Posted(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Id => Headers["webhook-id"];

    public JsonElement Event => JsonElement.Parse(Body);

    public string Type => Event.GetProperty("type").GetString()!;

    /// <summary>What a receiver does, written from the specification of Standard Webhooks and not from the platform's code.</summary>
    public bool IsSignedWith(string secret)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Convert.FromBase64String(secret["whsec_".Length..]));
        hmac.AppendData(Encoding.UTF8.GetBytes(Id));
        hmac.AppendData("."u8);
        hmac.AppendData(Encoding.UTF8.GetBytes(Headers["webhook-timestamp"]));
        hmac.AppendData("."u8);
        hmac.AppendData(Body);
        var expected = hmac.GetHashAndReset();
        return Headers["webhook-signature"].Split(' ').Any(part =>
            part.Split(',', 2) is ["v1", var signature] && CryptographicOperations.FixedTimeEquals(expected, Convert.FromBase64String(signature)));
    }
}

/// <summary>An HTTP server that takes webhooks on any path: notes each request and answers 200, or as the test says for that path.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Posted>> _posted = new();
    private readonly ConcurrentDictionary<string, Func<HttpContext, Posted, Task>> _answers = new();
    private readonly WebApplication _app;

    private Receiver(WebApplication app) => _app = app;

    public static async Task<Receiver> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var receiver = new Receiver(builder.Build());
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public string Url(string path) => _app.Urls.Single() + path;

    /// <summary>What came to a path, in the order in which it came.</summary>
    public IReadOnlyList<Posted> At(string path) => [.. _posted.GetValueOrDefault(path) ?? []];

    /// <summary>From now on a path answers so.</summary>
    public void Answer(string path, Func<HttpContext, Posted, Task> answer) => _answers[path] = answer;

    public void Answer(string path, int status) => Answer(path, (context, _) =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    public async Task<IReadOnlyList<Posted>> WaitForAsync(string path, int count)
    {
        await ProcessHost.RunningHost.UntilAsync(() => Task.FromResult(At(path).Count >= count), () => $"{path} got {At(path).Count} of {count}");
        return At(path);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var posted = new Posted(context.Request.Path, headers, body.ToArray());
        _posted.GetOrAdd(posted.Path, _ => new()).Enqueue(posted);
        if (_answers.TryGetValue(posted.Path, out var answer))
        {
            await answer(context, posted);
        }
    }
}

/// <summary>Receivers that a platform has to live with.</summary>
internal static class Hostile
{
    private static readonly byte[] Garbage = new byte[64 * 1024];

    public static readonly Func<HttpContext, Posted, Task>[] All = [HangAsync, FailAsync, SlowAsync, HugeAsync, DropAsync];

    public static Task HangAsync(HttpContext context, Posted posted) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);

    public static Task FailAsync(HttpContext context, Posted posted)
    {
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        return Task.CompletedTask;
    }

    public static Task SlowAsync(HttpContext context, Posted posted) => Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, context.RequestAborted);

    public static async Task HugeAsync(HttpContext context, Posted posted)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.Body.WriteAsync(Garbage, context.RequestAborted);
        }
    }

    public static Task DropAsync(HttpContext context, Posted posted)
    {
        context.Abort();
        return Task.CompletedTask;
    }
}
