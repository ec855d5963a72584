using System.Text;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace WaPlatform.Gateway.Faults;

/// <summary>Refuses bodies in a character set that nobody knows. The framework takes that for a fault of ours when it comes to read one.</summary>
internal static class Charsets
{
    public static IApplicationBuilder UseKnownCharsets(this IApplicationBuilder app) => app.Use(static (context, next) =>
        context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>() is not null && IsUnknown(context.Request.ContentType)
            ? new ProblemResult(FaultMap.FromStatus(StatusCodes.Status415UnsupportedMediaType)).ExecuteAsync(context)
            : next(context));

    internal static bool IsUnknown(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var mediaType) || HeaderUtilities.RemoveQuotes(mediaType.Charset) is not { Length: > 0 } charset)
        {
            return false;
        }

        try
        {
            _ = Encoding.GetEncoding(charset.ToString());
            return false;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return true;
        }
    }
}
