using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace WaPlatform.Tests.Gateway.Media;

/// <summary>A web server on loopback that files are fetched from.</summary>
public sealed class FileServer : IAsyncLifetime
{
    private WebApplication? _app;
    private int _requests;

    /// <summary>With <c>127.0.0.1</c> as host.</summary>
    public Uri Address => new(_app!.Urls.Single());

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Set once a body that never ends has begun.</summary>
    public TaskCompletionSource BodyBegun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string UrlOf(string path) => new Uri(Address, path).AbsoluteUri;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(AnswerAsync);
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        var response = context.Response;
        switch (context.Request.Path.Value)
        {
            case "/photo.png":
                response.ContentType = "image/png";
                await response.Body.WriteAsync(new byte[] { 1, 2, 3 }, context.RequestAborted);
                break;
            case "/nameless":
                response.Headers.ContentDisposition = "attachment; filename=\"../given.png\"";
                await response.Body.WriteAsync(new byte[] { 1 }, context.RequestAborted);
                break;
            case "/page":
                response.ContentType = "text/html";
                await response.WriteAsync("<html>", context.RequestAborted);
                break;
            case "/empty":
                response.ContentType = "image/png";
                break;
            case "/once":
                response.Redirect("/photo.png");
                break;
            case "/loop":
                response.Redirect("/loop");
                break;
            case "/private":
                // The same server by a name that is not allowed.
                response.Redirect($"http://localhost:{Address.Port}/photo.png");
                break;
            case "/file":
                response.Redirect("file:///etc/passwd");
                break;
            case "/login":
                response.Redirect($"http://user:secret@127.0.0.1:{Address.Port}/photo.png");
                break;
            case "/large":
                response.ContentType = "image/png";
                response.ContentLength = 20_000_001;
                await response.Body.WriteAsync(new byte[1], context.RequestAborted);
                break;
            case "/endless":
                response.ContentType = "image/png";
                for (var block = new byte[64 * 1024]; !context.RequestAborted.IsCancellationRequested;)
                {
                    await response.Body.WriteAsync(block, context.RequestAborted);
                }

                break;
            case "/slow":
                response.ContentType = "image/png";
                await response.Body.WriteAsync(new byte[1], context.RequestAborted);
                await response.Body.FlushAsync(context.RequestAborted);
                BodyBegun.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            case "/broken":
                response.ContentType = "image/png";
                response.ContentLength = 10;
                await response.Body.WriteAsync(new byte[1], context.RequestAborted);
                break;
            case "/headers":
                response.Headers["X-Much"] = new string('x', 20_000);
                break;
            default:
                response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }
}
