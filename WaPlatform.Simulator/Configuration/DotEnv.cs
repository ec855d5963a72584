namespace WaPlatform.Simulator.Configuration;

/// <summary>The file <c>.env</c> of the working directory, if there is one.</summary>
internal sealed class DotEnv
{
    private readonly SortedDictionary<string, string> _values = new(StringComparer.Ordinal);

    public static DotEnv Read(string path)
    {
        var result = new DotEnv();
        if (!File.Exists(path))
        {
            return result;
        }

        foreach (var raw in File.ReadLines(path))
        {
            var line = raw.Trim();
            var at = line.IndexOf('=', StringComparison.Ordinal);
            if (line.StartsWith('#') || at <= 0)
            {
                continue;
            }

            var key = line[..at].Trim();
            if (key.StartsWith("export ", StringComparison.Ordinal))
            {
                key = key["export ".Length..].Trim();
            }

            var value = line[(at + 1)..].Trim();
            if (value.Length > 1 && value[0] == value[^1] && value[0] is '"' or '\'')
            {
                value = value[1..^1];
            }

            result._values[key.ToUpperInvariant()] = value;
        }

        return result;
    }

    public string Get(string variable) => _values.GetValueOrDefault(variable, "");

    /// <summary>What gowa prints as its first line: the keys of the file, with the environment's value where there is one (real.md §3.2.17).</summary>
    public string Describe(Func<string, string?> environment)
    {
        var entries = _values.Select(entry =>
            entry.Key.ToLowerInvariant() + ":" + (environment(entry.Key) is { Length: > 0 } outside ? outside : entry.Value));
        return "map[" + string.Join(' ', entries) + "]";
    }
}
