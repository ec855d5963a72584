using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Engines;

namespace WaPlatform.ProcessHost.Engines;

/// <summary>Which engine runs and within what limits. Also set by the original's variables: see <see cref="EngineVariables"/>.</summary>
public sealed class EngineOptions
{
    public const string SectionName = "Engine";

    /// <summary>Unset = simulator in Development, gowa otherwise.</summary>
    public EngineKind? Kind { get; set; }

    /// <summary>The binary; unset = the simulator that came along, or no engine.</summary>
    public string? Path { get; set; }

    /// <summary>First port of the pool; 0 = whatever the system has free.</summary>
    [Range(0, 65000)]
    public int BasePort { get; set; } = 8000;

    /// <summary>Engine processes on this host.</summary>
    [Range(1, 10000)]
    public int MaxProcesses { get; set; } = 50;

    /// <summary>How long a QR code is shown. WhatsApp's own limit is 60 s (gowa contract §7.1).</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:01:00")]
    public TimeSpan QrCodeLife { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The name that the phone shows under linked devices.</summary>
    [Required, RegularExpression(@"^[\w .-]{1,40}$")]
    public string LinkedDeviceName { get; set; } = "WaPlatform";

    /// <summary>The engine keeps received media on disk (statics/media). Off saves disk and memory.</summary>
    public bool DownloadMedia { get; set; }

    /// <summary>Soft limit of the engine's memory (GOMEMLIMIT, Go syntax, for example 256MiB); empty = none.</summary>
    [RegularExpression(@"^(\d+(B|KiB|MiB|GiB|TiB)?)?$")]
    public string MemoryLimit { get; set; } = "";
}

[OptionsValidator]
internal sealed partial class EngineOptionsValidator : IValidateOptions<EngineOptions>;

/// <summary>The original platform's variables, which win over the <c>Engine</c> section (api.md §9).</summary>
internal static class EngineVariables
{
    public static void Apply(EngineOptions options, IConfiguration configuration)
    {
        if (configuration["ENGINE"] is { Length: > 0 } engine)
        {
            options.Kind = Contracts.WireJson.TryParseName<EngineKind>(engine, out var kind)
                ? kind
                : throw new OptionsValidationException(nameof(EngineOptions), typeof(EngineOptions), [$"ENGINE must be 'simulator' or 'gowa', not '{engine}'."]);
        }

        options.Path = configuration["ENGINE_PATH"] is { Length: > 0 } path ? path : options.Path;
        options.BasePort = Number(configuration, "PROCESS_BASE_PORT") ?? options.BasePort;
        options.MaxProcesses = Number(configuration, "MAX_PROCESSES") ?? options.MaxProcesses;
        options.QrCodeLife = Number(configuration, "QR_CODE_TIMEOUT") is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : options.QrCodeLife;
    }

    private static int? Number(IConfiguration configuration, string name) => configuration[name] switch
    {
        null or "" => null,
        var text when int.TryParse(text, out var number) => number,
        var text => throw new OptionsValidationException(nameof(EngineOptions), typeof(EngineOptions), [$"{name} must be a whole number, not '{text}'."]),
    };
}
