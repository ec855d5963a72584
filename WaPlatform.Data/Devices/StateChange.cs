using WaPlatform.Contracts.Devices;

namespace WaPlatform.Data.Devices;

/// <summary>One step in the life of a device, kept for its history.</summary>
public sealed class StateChange
{
    public long Id { get; init; }

    public required string PhoneNumber { get; init; }

    public DeviceState State { get; init; }

    public DeviceReason? Reason { get; init; }

    public DateTimeOffset At { get; init; }
}
