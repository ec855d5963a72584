using Scalar.AspNetCore;
using WaPlatform.Gateway.Edge;

namespace WaPlatform.Gateway.OpenApi;

internal static class OpenApiExtensions
{
    private const string DocumentName = "v1";

    public static IServiceCollection AddApiDescription(this IServiceCollection services) =>
        services.AddOpenApi(DocumentName, options =>
        {
            options.AddDocumentTransformer<ApiDocument>();
            options.AddOperationTransformer<ApiOperations>();
        });

    public static void MapApiDescription(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        routes.MapScalarApiReference("/docs", options =>
        {
            options.WithTitle("WaPlatform API").WithOpenApiRoutePattern("/openapi/{documentName}.json").AddDocument(DocumentName)
                .HideDeveloperTools().DisableAgent().DisableMcp().WithNonce();

            // Nothing from elsewhere: the page works where there is no internet.
            options.DefaultFonts = false;
            options.Telemetry = false;
        }).AllowAnonymous().WithMetadata(ContentPolicy.Docs);
    }
}
