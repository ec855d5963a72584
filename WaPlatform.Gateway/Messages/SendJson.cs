using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace WaPlatform.Gateway.Messages;

/// <summary>How send requests are read.</summary>
internal static class SendJson
{
    // Strict as everywhere in the API: "5" is not 5.
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict, TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    public static readonly JsonTypeInfo<SendRequest> Send = (JsonTypeInfo<SendRequest>)Options.GetTypeInfo(typeof(SendRequest));

    public static readonly JsonTypeInfo<MessageRequest> Item = (JsonTypeInfo<MessageRequest>)Options.GetTypeInfo(typeof(MessageRequest));

    public static readonly JsonTypeInfo<BulkRequest> Bulk = (JsonTypeInfo<BulkRequest>)Options.GetTypeInfo(typeof(BulkRequest));

    /// <summary>The type of each member of a send, by its name.</summary>
    public static readonly FrozenDictionary<string, Type> Members =
        Send.Properties.ToFrozenDictionary(member => member.Name, member => Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType, StringComparer.OrdinalIgnoreCase);

    /// <exception cref="BadHttpRequestException">The body is not JSON, or has a member of the wrong type.</exception>
    public static async Task<T?> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            return await request.ReadFromJsonAsync(type, cancellationToken);
        }
        catch (JsonException exception)
        {
            throw new BadHttpRequestException("The body is not valid JSON.", StatusCodes.Status400BadRequest, exception);
        }
    }
}
