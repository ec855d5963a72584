namespace WaPlatform.Tests.Simulator;

/// <summary>How a simulator process is started: what a supervisor of the real binary would set.</summary>
public sealed record SimulatorStart
{
    public IReadOnlyList<string> Arguments { get; init; } = ["rest"];

    /// <summary>Added to the quiet defaults; null takes a variable away.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Working directory with the state; null = a new one that goes away with the process.</summary>
    public string? Directory { get; init; }

    /// <summary>0 = the process chooses; the banner tells which.</summary>
    public int Port { get; init; }

    public string User { get; init; } = "u";

    public string Password { get; init; } = "p";

    /// <summary>False: the process is started without basic authentication.</summary>
    public bool BasicAuth { get; init; } = true;

    /// <summary>Copies this start with one more variable.</summary>
    public SimulatorStart With(string variable, string? value) =>
        this with { Environment = new Dictionary<string, string?>(Environment) { [variable] = value } };

    internal Dictionary<string, string?> Variables()
    {
        var variables = new Dictionary<string, string?>
        {
            ["APP_HOST"] = "127.0.0.1",
            ["APP_PORT"] = Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["APP_UI_ENABLED"] = "false",
            ["MCP_ENABLED"] = "false",
            ["WHATSAPP_PRESENCE_PULSE_ENABLED"] = "true",
            ["NO_COLOR"] = "1",
        };
        if (BasicAuth)
        {
            variables["APP_BASIC_AUTH"] = $"{User}:{Password}";
        }

        foreach (var (name, value) in Environment)
        {
            variables[name] = value;
        }

        return variables;
    }
}
