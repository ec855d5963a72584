using System.Text.Json;
using System.Text.Json.Serialization;
using WaPlatform.Contracts.Engines;

namespace WaPlatform.ProcessHost.Releases;

/// <summary>One release of the feed, in GitHub's form; of its members those that are needed.</summary>
internal sealed record FeedRelease(
    [property: JsonPropertyName("tag_name")] string? Tag,
    [property: JsonPropertyName("draft")] bool IsDraft,
    [property: JsonPropertyName("prerelease")] bool IsPrerelease,
    [property: JsonPropertyName("published_at")] DateTimeOffset? PublishedAt,
    [property: JsonPropertyName("assets")] IReadOnlyList<FeedAsset>? Assets)
{
    /// <summary>Null for what is no stable version.</summary>
    [JsonIgnore]
    public EngineVersion? Version => !IsDraft && !IsPrerelease && EngineVersion.TryParse(Tag, out var version) ? version : null;

    /// <summary>The releases of a feed's answer: a list, or a single one.</summary>
    /// <exception cref="JsonException">It is neither.</exception>
    public static IReadOnlyList<FeedRelease> ParseAll(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var root = JsonElement.ParseValue(ref reader);
        return root.ValueKind switch
        {
            JsonValueKind.Array => [.. root.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object).Select(item => item.Deserialize<FeedRelease>()!)],
            JsonValueKind.Object => [root.Deserialize<FeedRelease>()!],
            _ => throw new JsonException("It is no list of releases."),
        };
    }

    /// <summary>The archive for a platform; null if there is none, as in the first minutes of a release (gowa contract §1.2).</summary>
    public FeedAsset? ArchiveFor(string platform) =>
        Assets?.FirstOrDefault(asset => asset.Name is { } name && asset.Url is not null && name.EndsWith($"_{Version}_{platform}.zip", StringComparison.OrdinalIgnoreCase));

    /// <summary>The checksums in which that archive is: macOS has a file of its own.</summary>
    public FeedAsset? ChecksumsFor(string platform)
    {
        var name = platform.StartsWith("darwin", StringComparison.Ordinal) ? "checksums-macos.txt" : "checksums.txt";
        return Assets?.FirstOrDefault(asset => string.Equals(asset.Name, name, StringComparison.OrdinalIgnoreCase) && asset.Url is not null);
    }
}

/// <summary>A file of a release.</summary>
internal sealed record FeedAsset(
    [property: JsonPropertyName("name")] string? Name,
    [property: JsonPropertyName("browser_download_url")] string? Url);
