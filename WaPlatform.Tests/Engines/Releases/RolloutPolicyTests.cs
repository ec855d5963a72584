using WaPlatform.Contracts.Engines;
using WaPlatform.ProcessHost.Releases;

namespace WaPlatform.Tests.Engines.Releases;

public sealed class RolloutPolicyTests
{
    [Theory]
    [InlineData(RolloutState.Installing, "canary:Pending device:Pending", "waits")]
    [InlineData(RolloutState.Canary, "canary:Pending canary:Pending device:Pending", "begins 0")]
    [InlineData(RolloutState.Canary, "canary:Restarting canary:Pending device:Pending", "waits")]
    [InlineData(RolloutState.Canary, "canary:Soaking canary:Pending device:Pending", "waits")]
    [InlineData(RolloutState.Canary, "canary:Healthy canary:Pending device:Pending", "begins 1")]
    [InlineData(RolloutState.Canary, "canary:Healthy canary:Left device:Pending", "enters Batches")]
    [InlineData(RolloutState.Canary, "canary:Healthy canary:Failed device:Pending", "rolls back 1")]
    [InlineData(RolloutState.Batches, "canary:Healthy device:Pending device:Pending device:Pending", "begins 1 2")]
    [InlineData(RolloutState.Batches, "device:Healthy device:Soaking device:Pending", "waits")]
    [InlineData(RolloutState.Batches, "device:Healthy device:Failed device:Restarting", "rolls back 1")]
    [InlineData(RolloutState.Batches, "device:Healthy device:Left", "finishes")]
    [InlineData(RolloutState.Batches, "", "finishes")]
    [InlineData(RolloutState.RollingBack, "device:RollingBack device:RolledBack", "waits")]
    [InlineData(RolloutState.RollingBack, "device:RolledBack device:Left device:Pending", "is rolled back")]
    [InlineData(RolloutState.Done, "device:Healthy", "waits")]
    public void Decide_Devices_IsTheNextStep(RolloutState state, string devices, string expected) =>
        Assert.Equal(expected, Tell(RolloutPolicy.Decide(Facts(state, devices))));

    [Theory]
    [InlineData(true, null, 0, "enters Batches")]
    [InlineData(false, null, 9, "waits")]
    [InlineData(false, null, 11, "fails InstallTimeout")]
    [InlineData(false, RolloutReason.DigestMismatch, 0, "fails DigestMismatch")]
    [InlineData(true, RolloutReason.ArchiveRefused, 0, "fails ArchiveRefused")]
    public void Decide_Installing_WaitsForEveryHost(bool isComplete, RolloutReason? failure, int minutes, string expected)
    {
        var facts = Facts(RolloutState.Installing, "device:Pending") with { Install = new InstallFacts(isComplete, failure, null), Elapsed = TimeSpan.FromMinutes(minutes) };

        Assert.Equal(expected, Tell(RolloutPolicy.Decide(facts)));
    }

    [Fact]
    public void Decide_EveryHostHasIt_CanariesGoFirst() => Assert.Equal(
        "enters Canary", Tell(RolloutPolicy.Decide(Facts(RolloutState.Installing, "canary:Pending device:Pending") with { Install = new InstallFacts(true, null, null) })));

    [Theory]
    [InlineData("device:Failed device:Pending", "begins 1")]
    [InlineData("device:Failed device:Healthy", "finishes")]
    public void Decide_GoingBackToTheVersionBefore_GoesOnPastDevicesThatFail(string devices, string expected) =>
        Assert.Equal(expected, Tell(RolloutPolicy.Decide(Facts(RolloutState.Batches, devices) with { GoesBack = true })));

    private static RolloutFacts Facts(RolloutState state, string devices) => new(
        state, false, TimeSpan.Zero, TimeSpan.FromMinutes(10), 2, new InstallFacts(false, null, null),
        [.. devices.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((text, number) => new RolloutDeviceFacts(
            $"{number}", text.StartsWith("canary", StringComparison.Ordinal), Enum.Parse<RolloutDeviceState>(text.Split(':')[1]), null))]);

    private static string Tell(RolloutStep step) => step switch
    {
        RolloutStep.Begin begin => $"begins {string.Join(' ', begin.PhoneNumbers)}",
        RolloutStep.Enter enter => $"enters {enter.State}",
        RolloutStep.RollBack back => $"rolls back {back.PhoneNumber}",
        RolloutStep.Finish => "finishes",
        RolloutStep.RolledBack => "is rolled back",
        RolloutStep.Fail fail => $"fails {fail.Reason}",
        _ => "waits",
    };
}
