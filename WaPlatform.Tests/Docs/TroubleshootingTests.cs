using WaPlatform.Contracts;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Faults;
using WaPlatform.Tests.Deploy;

namespace WaPlatform.Tests.Docs;

/// <summary>docs/troubleshooting.md has something to say about whatever the platform can say of itself.</summary>
public sealed class TroubleshootingTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(DeployFiles.Root, "docs", "troubleshooting.md"));

    public static TheoryData<DeviceReason> Reasons => [.. Enum.GetValues<DeviceReason>()];

    public static TheoryData<ErrorCode> Codes => [.. Enum.GetValues<ErrorCode>()];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Reason_OfADevice_IsExplained(DeviceReason reason) => Assert.Contains($"`{WireJson.NameOf(reason)}`", Text, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Codes))]
    public void Code_OfAnError_IsExplained(ErrorCode code) => Assert.Contains($"`{ErrorCodes.Name(code)}`", Text, StringComparison.Ordinal);
}
