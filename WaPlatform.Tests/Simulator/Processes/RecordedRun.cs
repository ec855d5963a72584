using System.Text.Json;

namespace WaPlatform.Tests.Simulator.Processes;

/// <summary>One start of the real binary as it was recorded; long output was noted up to 3000 characters.</summary>
internal sealed record RecordedRun(string Output, string Error, int? ExitCode, string[] Files)
{
    private const int NotedLength = 3000;

    private static readonly JsonDocument Recording = JsonDocument.Parse(File.ReadAllText(
        Path.Combine(AppContext.BaseDirectory, "Simulator", "Recorded", "recorded-process.json")));

    /// <param name="section">Part of the recording; those about PostgreSQL noted less of the output, and only the names in <c>storages</c>.</param>
    public static RecordedRun Of(string name, string section = "facts1")
    {
        var run = Recording.RootElement.GetProperty(section).GetProperty(name);
        var code = run.GetProperty("rc");

        return new RecordedRun(
            run.TryGetProperty("out", out var output) ? output.GetString()! : "",
            run.GetProperty("err").GetString()!,
            code.ValueKind == JsonValueKind.Number ? code.GetInt32() : null,
            [.. run.GetProperty("files").EnumerateArray().Select(file => file.GetString()!)]);
    }

    /// <summary>Compares a whole output with the noted beginning of the recorded one, both masked.</summary>
    public static void AssertSame(string recorded, string actual)
    {
        var (expected, got) = (ProcessMask.Varying(recorded), ProcessMask.Varying(actual));
        if (recorded.Length >= NotedLength)
        {
            Assert.StartsWith(expected, got, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(expected, got);
        }
    }
}
