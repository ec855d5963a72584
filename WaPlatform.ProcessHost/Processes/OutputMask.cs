namespace WaPlatform.ProcessHost.Processes;

/// <summary>Takes secrets out of what an engine writes. gowa's first line prints every value of its .env (contract §8.5).</summary>
internal sealed class OutputMask(IEnumerable<string> secrets)
{
    private const string Hidden = "***";

    private readonly string[] _secrets = [.. secrets.Where(secret => secret.Length >= 4)];

    public string Apply(string line)
    {
        if (line.StartsWith("map[", StringComparison.Ordinal) && line.Length > "map[]".Length)
        {
            return "map[***]";
        }

        foreach (var secret in _secrets)
        {
            line = line.Replace(secret, Hidden, StringComparison.Ordinal);
        }

        return line;
    }
}
