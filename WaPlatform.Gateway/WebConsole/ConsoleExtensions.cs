using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace WaPlatform.Gateway.WebConsole;

/// <summary>Serves the console's files, which are public; what they show comes from the API, which is not.</summary>
internal static class ConsoleExtensions
{
    private const string Page = "index.html";

    /// <summary>Finds the console's files where they were built, too; published, they are in wwwroot.</summary>
    public static void AddConsole(this WebApplicationBuilder builder) => builder.WebHost.UseStaticWebAssets();

    public static void MapConsole(this WebApplication app)
    {
        // A program that is no web project (a test's host) has no console beside it.
        if (!File.Exists(Path.Combine(AppContext.BaseDirectory, $"{app.Environment.ApplicationName}.staticwebassets.endpoints.json")))
        {
            return;
        }

        app.MapStaticAssets().AllowPage();

        foreach (var route in ConsoleRoutes.All)
        {
            app.MapMethods(route, [HttpMethods.Get, HttpMethods.Head], GetPage).ExcludeFromDescription().AllowPage();
        }
    }

    // A first visit asks for more files than an address may ask of the API in a minute; all of them are read from the disk.
    private static void AllowPage(this IEndpointConventionBuilder endpoints) =>
        endpoints.AllowAnonymous().DisableRateLimiting().WithMetadata(ConsolePolicy.Page);

    private static Results<PhysicalFileHttpResult, NotFound> GetPage(HttpResponse response, IWebHostEnvironment environment)
    {
        if (environment.WebRootFileProvider.GetFileInfo(Page) is not { Exists: true, PhysicalPath: { } path } file)
        {
            return TypedResults.NotFound();
        }

        // Names the files of this version: asked for each time, answered from the cache unless it changed.
        response.Headers.CacheControl = "no-cache";
        return TypedResults.PhysicalFile(
            path, "text/html; charset=utf-8", lastModified: file.LastModified, entityTag: new EntityTagHeaderValue($"\"{file.LastModified.UtcTicks:x}-{file.Length:x}\""));
    }
}
