using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using WaPlatform.Gateway.Access;

namespace WaPlatform.Gateway.OpenApi;

/// <summary>What holds for the whole API.</summary>
internal sealed class ApiDocument : IOpenApiDocumentTransformer
{
    public const string Bearer = "bearer";
    public const string ApiKey = "apiKey";

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "WaPlatform",
            Version = "1",
            Description = "Many WhatsApp numbers, one API. Sign in with POST /api/auth/login and send the token as Authorization: Bearer, or send a key as X-Api-Key. "
                + "Calls of a device's own engine go through /proxy/whatsapp/{phone}/…, unchanged. Live events: SignalR hub /hubs/events.",
        };

        // Relative: right behind any proxy and under any name.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "JWT",
            Description = "The token of POST /api/auth/login.",
        };
        document.Components.SecuritySchemes[ApiKey] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = Credential.KeyHeader,
            Description = "A key of POST /api/keys.",
        };

        return Task.CompletedTask;
    }
}
