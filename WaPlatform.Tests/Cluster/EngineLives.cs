using System.Text.Json;

namespace WaPlatform.Tests.Cluster;

/// <summary>What the engines wrote about their own lives: each holds a lock of the operating system for its number as long as it runs.</summary>
internal sealed class EngineLives(string path)
{
    /// <summary>Fails if two processes of one number ever ran at once, or if nobody wrote at all.</summary>
    public async Task AssertNoOverlapAsync(CancellationToken cancellationToken)
    {
        var lines = await File.ReadAllLinesAsync(path, cancellationToken);
        var lives = lines.Select(line => JsonElement.Parse(line)).ToList();

        Assert.Contains(lives, life => Kind(life) == "start");
        Assert.DoesNotContain(lives, life => Kind(life) == "overlap");
    }

    private static string? Kind(JsonElement life) => life.GetProperty("kind").GetString();
}
