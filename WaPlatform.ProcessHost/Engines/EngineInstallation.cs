using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Engines;

namespace WaPlatform.ProcessHost.Engines;

/// <summary>The engine of this host: its kind, and where its binary is.</summary>
internal sealed class EngineInstallation(IOptions<EngineOptions> options, IHostEnvironment environment)
{
    public EngineKind Kind { get; } = options.Value.Kind ?? (environment.IsDevelopment() ? EngineKind.Simulator : EngineKind.Gowa);

    /// <summary>Full path of the binary, or null while there is none; asked anew for each start, so that it may be put there later.</summary>
    public string? FindBinary()
    {
        var path = options.Value.Path ?? (Kind == EngineKind.Simulator ? BundledSimulator : null);
        return path is not null && File.Exists(path) ? System.IO.Path.GetFullPath(path) : null;
    }

    private static string BundledSimulator => System.IO.Path.Combine(
        AppContext.BaseDirectory, "simulator", OperatingSystem.IsWindows() ? "WaPlatform.Simulator.exe" : "WaPlatform.Simulator");
}
