using Microsoft.Net.Http.Headers;

namespace WaPlatform.Gateway.Devices;

/// <summary>Which form of an answer the caller would rather have.</summary>
internal static class Accepts
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    /// <summary>True if the Accept header names <paramref name="mediaType"/> itself (not by a wildcard) and not JSON before it.</summary>
    public static bool Prefers(HttpRequest request, string mediaType)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted))
        {
            return false;
        }

        var wanted = new MediaTypeHeaderValue(mediaType);
        var ordered = accepted.OrderByDescending(value => value.Quality ?? 1).ToList();
        var place = ordered.FindIndex(value => value.MediaType == wanted.MediaType && value.Quality is not 0);
        var placeOfJson = ordered.FindIndex(value => value.MediaType == Json.MediaType);
        return place >= 0 && (placeOfJson < 0 || place < placeOfJson);
    }
}
