using System.Text.Json;

namespace WaPlatform.Tests.Cluster;

/// <summary>What the engines wrote about their own lives: each holds a lock of the operating system for its number as long as it runs.</summary>
internal sealed class EngineLives(string path)
{
    /// <summary>How much is written so far.</summary>
    public async Task<int> CountAsync(CancellationToken cancellationToken) => (await ReadAsync(cancellationToken)).Count;

    /// <summary>How many of some numbers had no process at the same time, at most, since so much was written. They had one then.</summary>
    public async Task<int> MostAwayAsync(IReadOnlyCollection<string> phones, int since, CancellationToken cancellationToken)
    {
        var (away, most) = (0, 0);
        foreach (var life in (await ReadAsync(cancellationToken)).Skip(since).Where(life => phones.Contains(life.GetProperty("phone").GetString())))
        {
            away += Kind(life) switch { "stop" => 1, "start" => -1, _ => 0 };
            most = Math.Max(most, away);
        }

        return most;
    }

    /// <summary>Fails if two processes of one number ever ran at once, or if nobody wrote at all.</summary>
    public async Task AssertNoOverlapAsync(CancellationToken cancellationToken)
    {
        var lives = await ReadAsync(cancellationToken);

        Assert.Contains(lives, life => Kind(life) == "start");
        Assert.DoesNotContain(lives, life => Kind(life) == "overlap");
    }

    private async Task<List<JsonElement>> ReadAsync(CancellationToken cancellationToken) =>
        [.. (await File.ReadAllLinesAsync(path, cancellationToken)).Select(line => JsonElement.Parse(line))];

    private static string? Kind(JsonElement life) => life.GetProperty("kind").GetString();
}
