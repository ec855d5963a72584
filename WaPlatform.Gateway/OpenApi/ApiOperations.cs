using System.Net.Mime;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.OpenApi;

/// <summary>What each operation has without saying so: problem answers, and the token.</summary>
internal sealed class ApiOperations : IOpenApiOperationTransformer
{
    private const string Problem = "Problem";

    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var document = context.Document!;
        document.AddComponent(Problem, await context.GetOrCreateSchemaAsync(typeof(ProblemBody), null, cancellationToken));
        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "Any failure; code says which.",
            Content = new Dictionary<string, OpenApiMediaType> { [MediaTypeNames.Application.ProblemJson] = new() { Schema = new OpenApiSchemaReference(Problem, document) } },
        };

        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        AddForms(operation, metadata.OfType<OtherForms>().FirstOrDefault());
        if (!metadata.OfType<IAllowAnonymous>().Any())
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(ApiDocument.Bearer, document)] = [] }];
            var scopes = metadata.OfType<IAuthorizeData>().Select(data => data.Policy).Where(policy => policy is not null).ToList();
            if (scopes.Count > 0)
            {
                operation.Description = $"{operation.Description}\n\nScope: `{string.Join("`, `", scopes)}`".Trim();
            }
        }
    }

    private static void AddForms(OpenApiOperation operation, OtherForms? forms)
    {
        if (forms is null || operation.Responses?["200"] is not OpenApiResponse response)
        {
            return;
        }

        response.Content ??= new Dictionary<string, OpenApiMediaType>();
        foreach (var mediaType in forms.MediaTypes)
        {
            response.Content[mediaType] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        }
    }
}
