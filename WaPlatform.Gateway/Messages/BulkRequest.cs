using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using WaPlatform.Contracts.Faults;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Messages;

/// <summary>Many messages of one device. They are never waited for.</summary>
internal sealed record BulkRequest
{
    /// <summary>The device that sends them.</summary>
    [Required]
    public string? From { get; init; }

    /// <summary>1 to 1,000, each as for a single send, without from and wait.</summary>
    [Required]
    public BulkItem[]? Messages { get; init; }

    /// <summary>Has no effect.</summary>
    public bool? Wait { get; init; }
}

/// <summary>What became of a bulk.</summary>
/// <param name="BatchId">Finds its messages in the list.</param>
/// <param name="Accepted">How many of them are stored, those of an earlier request with the same key included.</param>
/// <param name="Rejected">The others; the rest is sent without them.</param>
/// <param name="Ids">Of those accepted, in the order of the request.</param>
internal sealed record BulkView(Guid BatchId, int Accepted, IReadOnlyList<BulkRejection> Rejected, IReadOnlyList<Guid> Ids);

/// <param name="Index">Its place in the request, from 0.</param>
/// <param name="Errors">What is wrong with each of its members.</param>
internal sealed record BulkRejection(
    int Index, string Code, string Detail, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string[]>? Errors)
{
    public static BulkRejection From(int index, Fault fault) => new(index, ErrorCodes.Name(fault.Code), fault.Detail, fault.Errors);
}

/// <summary>One message of a bulk, or why it cannot be read.</summary>
[JsonConverter(typeof(BulkItemConverter))]
internal sealed record BulkItem(MessageRequest? Request, Fault? Fault);

/// <summary>Keeps a member of the wrong type from refusing a whole bulk: only its own message is refused.</summary>
internal sealed class BulkItemConverter : JsonConverter<BulkItem>
{
    public override bool HandleNull => true;

    public override BulkItem Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var start = reader;
        try
        {
            return JsonSerializer.Deserialize(ref reader, SendJson.Item) is { } request
                ? new BulkItem(request, null)
                : new BulkItem(null, new Fault(ErrorCode.ValidationFailed, "The message must be an object."));
        }
        catch (JsonException exception)
        {
            reader = start;
            reader.Skip();
            return new BulkItem(null, FaultMap.From(new BadHttpRequestException("", StatusCodes.Status400BadRequest, exception)));
        }
    }

    public override void Write(Utf8JsonWriter writer, BulkItem value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value.Request!, SendJson.Item);
}
