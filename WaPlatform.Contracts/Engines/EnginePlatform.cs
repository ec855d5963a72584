using System.Runtime.InteropServices;

namespace WaPlatform.Contracts.Engines;

/// <summary>What an engine's binary is made for, as its releases name it (gowa contract §1.2): <c>linux_amd64</c>.</summary>
public static class EnginePlatform
{
    private static readonly string[] Systems = ["linux", "darwin", "windows"];
    private static readonly string[] Architectures = ["amd64", "arm64", "armv7", "386"];

    /// <summary>That of this process.</summary>
    public static string Current { get; } = $"{SystemName()}_{ArchitectureName()}";

    public static bool IsKnown(string? platform) =>
        platform?.Split('_') is [var system, var architecture] && Systems.Contains(system, StringComparer.Ordinal) && Architectures.Contains(architecture, StringComparer.Ordinal);

    /// <summary>The platform that a binary's own name tells (<c>linux-amd64</c>, <c>windows-amd64.exe</c>); null if it tells none.</summary>
    public static string? OfBinary(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var platform = Path.ChangeExtension(name, null).Replace('-', '_');
        return IsKnown(platform) ? platform : null;
    }

    private static string SystemName() => OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";

    private static string ArchitectureName() => RuntimeInformation.OSArchitecture switch
    {
        Architecture.Arm64 => "arm64",
        Architecture.Arm => "armv7",
        Architecture.X86 => "386",
        _ => "amd64",
    };
}
