using System.Collections.Frozen;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace WaPlatform.Gateway.Media;

/// <summary>What a file must be to go with one kind of message (gowa contract §2.3, §4.5).</summary>
/// <param name="Limit">Bytes.</param>
/// <param name="Types">Content types that are taken, and the name by which the engine knows each; null = any.</param>
internal sealed record MediaRule(long Limit, FrozenDictionary<string, string>? Types)
{
    /// <summary>What a file is called when nobody says anything better.</summary>
    private const string Unknown = "application/octet-stream";

    private static readonly FileExtensionContentTypeProvider Extensions = new()
    {
        Mappings = { [".opus"] = "audio/ogg", [".m4a"] = "audio/m4a", [".amr"] = "audio/amr", [".flac"] = "audio/flac", [".mkv"] = "video/x-matroska" },
    };

    public static readonly MediaRule Image = Of(20, "image/jpeg", "image/jpg", "image/png");

    public static readonly MediaRule File = new(50_000_000, null);

    // The engine takes 100 MB a request, and a request is more than its file.
    public static readonly MediaRule Video = Of(99, "video/mp4", "video/x-matroska", "video/avi", "video/x-msvideo").Also("video/matroska", "video/x-matroska");

    public static readonly MediaRule Audio = Of(
        50, "audio/aac", "audio/amr", "audio/flac", "audio/m4a", "audio/m4r", "audio/mp3", "audio/mpeg", "audio/ogg", "audio/vnd.wav", "audio/vnd.wave", "audio/wav",
        "audio/wave", "audio/wma", "audio/x-ms-wma", "audio/x-pn-wav", "audio/x-wav")
        .Also("audio/mp4", "audio/m4a").Also("audio/x-m4a", "audio/m4a").Also("audio/x-flac", "audio/flac").Also("audio/opus", "audio/ogg")

        // What ASP.NET's table says of .ogg, and web servers of it.
        .Also("video/ogg", "audio/ogg").Also("application/ogg", "audio/ogg");

    public static readonly MediaRule Sticker = Of(20, "image/jpeg", "image/jpg", "image/png", "image/webp", "image/gif");

    /// <summary>Holds for a file until it is known what it goes with.</summary>
    public static readonly long LargestLimit = Video.Limit;

    /// <summary>For people: <c>20 MB</c>.</summary>
    public string LimitText => Megabytes(Limit);

    /// <summary>For people: the content types, by the names that the engine has for them.</summary>
    public string TypesText => Types is null ? "any type" : string.Join(", ", Types.Values.Distinct().Order(StringComparer.Ordinal));

    public static string Megabytes(long bytes) => $"{bytes / 1_000_000} MB";

    /// <summary>The media type of a Content-Type header, or null if it says nothing: that is absent, malformed, or the type of everything.</summary>
    public static string? Declared(string? header) =>
        MediaTypeHeaderValue.TryParse(header, out var parsed) && parsed.MediaType is { HasValue: true, Length: <= 100 } type
            && type.Value.ToLowerInvariant() is var name && name is not (Unknown or "binary/octet-stream" or "*/*") ? name : null;

    /// <summary>Whether a file of that declared type (null = none) and name may be sent.</summary>
    /// <param name="contentType">What the engine is to be told that it is.</param>
    public bool Takes(string? declared, string fileName, out string contentType)
    {
        contentType = declared ?? (Extensions.TryGetContentType(fileName, out var guessed) ? guessed : Unknown);
        if (Types is null)
        {
            return true;
        }

        if (!Types.TryGetValue(contentType, out var known))
        {
            return false;
        }

        contentType = known;
        return true;
    }

    private static MediaRule Of(int megabytes, params string[] types) => new(megabytes * 1_000_000L, types.ToFrozenDictionary(type => type));

    private MediaRule Also(string alias, string type) => this with { Types = Types!.Append(new(alias, type)).ToFrozenDictionary() };
}
