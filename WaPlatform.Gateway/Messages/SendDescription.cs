using System.Text;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace WaPlatform.Gateway.Messages;

/// <summary>What the API's description cannot tell from the types: the form with its file, and which members go with which kind.</summary>
internal static class SendDescription
{
    private const string Item = "BulkMessage";

    public static Task OfSend(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.Description = $"{operation.Description}\n\n{Kinds()}".Trim();
        if (operation.RequestBody?.Content is { } content && content.TryGetValue("application/json", out var json) && json.Schema is { } request)
        {
            FixDegrees(context.Document!);
            content["multipart/form-data"] = new OpenApiMediaType
            {
                Schema = new OpenApiSchema
                {
                    AllOf =
                    [
                        request,
                        new OpenApiSchema
                        {
                            Type = JsonSchemaType.Object,
                            Properties = new Dictionary<string, IOpenApiSchema>
                            {
                                [Upload.Part] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary", Description = "The file, instead of mediaUrl." },
                            },
                        },
                    ],
                },
            };
        }

        return Task.CompletedTask;
    }

    public static async Task OfBulk(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var document = context.Document!;
        document.AddComponent(Item, await context.GetOrCreateSchemaAsync(typeof(MessageRequest), null, cancellationToken));
        if (Member(document, nameof(BulkRequest), "messages") is { } messages)
        {
            messages.Items = new OpenApiSchemaReference(Item, document);
        }

        FixDegrees(document);
    }

    // A member with a converter of its own is described as anything.
    private static void FixDegrees(OpenApiDocument document)
    {
        foreach (var schema in (string[])[nameof(SendRequest), Item])
        {
            foreach (var member in (string[])["latitude", "longitude"])
            {
                if (Member(document, schema, member) is { } degrees)
                {
                    degrees.Type = JsonSchemaType.Number | JsonSchemaType.String | JsonSchemaType.Null;
                }
            }
        }
    }

    private static OpenApiSchema? Member(OpenApiDocument document, string schema, string member) =>
        document.Components?.Schemas is { } schemas && schemas.TryGetValue(schema, out var type) && type.Properties is { } members && members.TryGetValue(member, out var found)
            ? found as OpenApiSchema : null;

    private static string Kinds()
    {
        var text = new StringBuilder("Members by `type` (those in bold are needed):\n");
        foreach (var kind in SendKinds.All)
        {
            text.Append($"\n* `{kind.Name}`: ").AppendJoin(", ", kind.Fields.Select(field => field.Required ? $"**`{field.Name}`**" : $"`{field.Name}`"));
            if (kind.Media is { } rule)
            {
                text.Append($"; with `mediaUrl` or the part `{Upload.Part}` of a form: at most {rule.LimitText}, {rule.TypesText}");
            }

            if (!kind.HasRecipient)
            {
                text.Append("; `to` has no effect");
            }
        }

        return text.ToString();
    }
}
