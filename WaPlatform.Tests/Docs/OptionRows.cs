using System.Text.RegularExpressions;
using WaPlatform.Tests.Deploy;

namespace WaPlatform.Tests.Docs;

/// <summary>The options that docs/configuration.md tells of: a row of a table may name several, with as many defaults.</summary>
internal static partial class OptionRows
{
    /// <summary>By <c>Section__Name</c>; the default as it is written, without backticks. Null where the row has not one for each.</summary>
    public static IReadOnlyDictionary<string, string?> Read()
    {
        var rows = new Dictionary<string, string?>(StringComparer.Ordinal);
        var section = "";
        foreach (var line in File.ReadLines(Path.Combine(DeployFiles.Root, "docs", "configuration.md")))
        {
            if (Heading().Match(line) is { Success: true } heading)
            {
                section = heading.Groups[1].Value;
            }
            else if (line.StartsWith('#'))
            {
                section = "";
            }
            else if (line.StartsWith('|') && line.Split('|') is [_, var names, var defaults, _, ..])
            {
                var options = Code().Matches(names).Select(match => match.Groups[1].Value).ToList();
                var values = defaults.Split(',', StringSplitOptions.TrimEntries).Select(value => value.Trim('`')).ToList();
                foreach (var (option, index) in options.Select((option, index) => (option, index)))
                {
                    rows.TryAdd(option.Contains("__", StringComparison.Ordinal) || section.Length == 0 ? option : $"{section}__{option}", values.Count == options.Count ? values[index] : null);
                }
            }
        }

        return rows;
    }

    [GeneratedRegex("^## Section `(\\w+)`")]
    private static partial Regex Heading();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
