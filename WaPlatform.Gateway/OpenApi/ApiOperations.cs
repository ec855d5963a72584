using System.Net.Mime;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.OpenApi;

/// <summary>What each operation has without saying so: problem answers, and the token.</summary>
internal sealed class ApiOperations : IOpenApiOperationTransformer
{
    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var problem = await context.GetOrCreateSchemaAsync(typeof(ProblemBody), null, cancellationToken);
        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "Any failure; code says which.",
            Content = new Dictionary<string, OpenApiMediaType> { [MediaTypeNames.Application.ProblemJson] = new() { Schema = problem } },
        };

        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (!metadata.OfType<IAllowAnonymous>().Any())
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(ApiDocument.Bearer, context.Document)] = [] }];
            var scopes = metadata.OfType<IAuthorizeData>().Select(data => data.Policy).Where(policy => policy is not null).ToList();
            if (scopes.Count > 0)
            {
                operation.Description = $"{operation.Description}\n\nScope: `{string.Join("`, `", scopes)}`".Trim();
            }
        }
    }
}
