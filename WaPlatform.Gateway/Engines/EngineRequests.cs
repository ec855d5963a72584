using System.ComponentModel.DataAnnotations;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Engines;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Engines;

/// <summary>Asks for a version on all devices.</summary>
/// <param name="Version">For example 9.2.0; 9.0.1 or newer.</param>
/// <param name="Canary">Numbers of devices that try it first, one by one. Absent: the platform chooses one.</param>
internal sealed record RolloutRequest([property: Required] string? Version, IReadOnlyList<string>? Canary)
{
    public FieldErrors Validate(out IReadOnlyList<string>? canaries)
    {
        var errors = new FieldErrors();
        EngineRules.CheckVersion(Version, errors);
        var phones = new List<string>();
        foreach (var text in Canary ?? [])
        {
            if (PhoneNumber.TryParse(text, out var phone))
            {
                phones.Add(phone.Digits);
            }
            else
            {
                errors.Add("canary", "Must hold phone numbers of devices.");
                break;
            }
        }

        canaries = Canary is null ? null : phones;
        return errors;
    }
}

/// <summary>Holds the engine at a version.</summary>
/// <param name="Version">The only one that may be rolled out; null = any.</param>
internal sealed record PinRequest(string? Version);

/// <summary>Brings an archive that is on the gateway's disk.</summary>
/// <param name="Path">In the data directory, relative to it or absolute.</param>
/// <param name="Sha256">Of the archive, in hex.</param>
/// <param name="Platform">For example linux_amd64; absent: what the binary's name says, else the gateway's own.</param>
internal sealed record BringRequest([property: Required] string? Version, [property: Required] string? Path, [property: Required] string? Sha256, string? Platform);

/// <summary>What holds for versions, digests and platforms, wherever they come from.</summary>
internal static class EngineRules
{
    private const int HexLength = 64;

    public static EngineVersion CheckVersion(string? text, FieldErrors errors)
    {
        var isVersion = EngineVersion.TryParse(text, out var version);
        errors.Require(isVersion, "version", "Must be a stable version like 9.2.0.");
        errors.Require(!isVersion || version >= EngineVersion.Minimum, "version", $"Is too old: the platform works with {EngineVersion.Minimum} and newer.");
        return version;
    }

    public static void CheckArchive(string? sha256, string? platform, FieldErrors errors)
    {
        errors.Require(sha256 is { Length: HexLength } && sha256.All(char.IsAsciiHexDigit), "sha256", "Must be the SHA-256 of the archive: 64 hex digits.");
        errors.Require(platform is null || EnginePlatform.IsKnown(platform), "platform", "Must be one like linux_amd64.");
    }
}
