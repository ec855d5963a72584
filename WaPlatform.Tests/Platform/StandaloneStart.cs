namespace WaPlatform.Tests.Platform;

/// <summary>How a Standalone is started.</summary>
public sealed record StandaloneStart
{
    /// <summary>Added to the harness's own variables; null takes one away.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Data directory of another start; null = a new one that goes away with the process.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Copies this start with one more variable.</summary>
    public StandaloneStart With(string variable, string? value) =>
        this with { Environment = new Dictionary<string, string?>(Environment) { [variable] = value } };
}
