using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Engines;
using WaPlatform.Data;
using WaPlatform.Data.Engines;
using WaPlatform.ProcessHost.Releases;

namespace WaPlatform.ProcessHost.Engines;

/// <summary>The engine of this host: its kind, and which binary a device is started with.</summary>
internal sealed partial class EngineInstallation(
    IOptions<EngineOptions> options, IOptions<EngineReleaseOptions> releases, EngineStore store, IDbContextFactory<WaDbContext> databases, IHostEnvironment environment,
    ILogger<EngineInstallation> logger)
{
    private readonly ConcurrentDictionary<string, string?> _lastWanted = new(StringComparer.Ordinal);

    public EngineKind Kind { get; } = options.Value.Kind ?? (environment.IsDevelopment() ? EngineKind.Simulator : EngineKind.Gowa);

    /// <summary>The binary that ENGINE_PATH names; null = none.</summary>
    public string? ConfiguredPath => options.Value.Path is { Length: > 0 } path ? path : null;

    /// <summary>Whether the platform installs and exchanges the engine itself. Of the simulator there are no releases, unless somebody names a feed.</summary>
    public bool IsManaged => ConfiguredPath is null && (Kind == EngineKind.Gowa || releases.Value.ReleasesUrl is not null);

    /// <summary>Whether this host has a binary to start a device with.</summary>
    public bool HasBinary => (IsManaged && store.Versions().Count > 0) || Unmanaged is not null;

    /// <summary>Full path of the binary for a device, or null while there is none; asked anew for each start, so that it may come later.</summary>
    public async ValueTask<string?> FindBinaryAsync(string phoneNumber, CancellationToken cancellationToken)
    {
        if (IsManaged && await WantedAsync(phoneNumber, cancellationToken) is { } version)
        {
            return store.Find(version);
        }

        return Unmanaged;
    }

    private string? Unmanaged =>
        (ConfiguredPath ?? (Kind == EngineKind.Simulator ? BundledSimulator : null)) is { } path && File.Exists(path) ? Path.GetFullPath(path) : null;

    private async Task<string?> WantedAsync(string phoneNumber, CancellationToken cancellationToken)
    {
        try
        {
            await using var database = await databases.CreateDbContextAsync(cancellationToken);
            return _lastWanted[phoneNumber] = await database.WantedEngineAsync(phoneNumber, cancellationToken);
        }
        catch (Exception exception) when (exception.IsDatabaseUnavailable())
        {
            // An engine that crashed comes back without the database, too.
            var last = _lastWanted.GetValueOrDefault(phoneNumber);
            Log.NotAsked(logger, last, exception.Message);
            return last;
        }
    }

    private static string BundledSimulator => Path.Combine(
        AppContext.BaseDirectory, "simulator", OperatingSystem.IsWindows() ? "WaPlatform.Simulator.exe" : "WaPlatform.Simulator");

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The database does not say which engine is wanted; starting the last one that was ({Version}). {Why}")]
        public static partial void NotAsked(ILogger logger, string? version, string why);
    }
}
