using System.Net.Mime;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.OpenApi;

/// <summary>What each operation has without saying so: problem answers, and the credential.</summary>
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
            var policies = metadata.OfType<IAuthorizeData>().Select(data => data.Policy).OfType<string>().ToList();
            operation.Security = [.. Schemes(policies).Select(scheme => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, document)] = [] })];
            var scopes = policies.Select(policy => policy == Policies.Keys ? Scopes.Admin : policy).Where(policy => Scopes.All.Contains(policy)).ToList();
            if (scopes.Count > 0)
            {
                operation.Description = $"{operation.Description}\n\nScope: `{string.Join("`, `", scopes)}`".Trim();
            }
        }
    }

    // One of them is enough.
    private static string[] Schemes(IReadOnlyList<string> policies) => policies.Contains(Policies.User) ? [ApiDocument.Bearer] : [ApiDocument.Bearer, ApiDocument.ApiKey];

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
