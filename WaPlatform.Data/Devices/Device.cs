using WaPlatform.Contracts.Devices;

namespace WaPlatform.Data.Devices;

/// <summary>A registered number: what is wished of it, and what its owner last saw.</summary>
public sealed class Device
{
    /// <summary>Digits of the number; see <see cref="Contracts.Devices.PhoneNumber"/>.</summary>
    public required string PhoneNumber { get; init; }

    public string? Name { get; set; }

    public DesiredState Desired { get; set; }

    public DeviceState State { get; set; }

    public DeviceReason? Reason { get; set; }

    public DateTimeOffset Since { get; set; }

    /// <summary>The WhatsApp account that the session belongs to; null while unpaired.</summary>
    public string? Jid { get; set; }

    /// <summary>Id of the host that runs the device; null when nobody does.</summary>
    public string? OwnerHost { get; set; }

    /// <summary>Id of the host that is to run the device; null until one was chosen.</summary>
    public string? PlacedOn { get; set; }

    /// <summary>Where its engine's working directory is, as <c>machine:path</c>; null before its first start.</summary>
    public string? Home { get; set; }

    /// <summary>Grows each time a host takes the device; writes of an older epoch are refused.</summary>
    public long Epoch { get; set; }

    /// <summary>Number of its newest event that was removed from the journal: numbers go on from there.</summary>
    public long LastSequence { get; set; }

    public int Concurrency { get; set; } = 1;

    public int IntervalMs { get; set; } = 1000;

    public int IntervalCap { get; set; } = 1;

    public int JitterMs { get; set; }

    public bool SimulateTyping { get; set; }

    public bool QueuePaused { get; set; }

    /// <summary>Protected (Data Protection): WhatsApp is dialed through this proxy (socks5, http or https URL).</summary>
    public string? Proxy { get; set; }

    /// <summary>The same without its password; null where that was stored in the clear, by an older version.</summary>
    public string? ProxyShown { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; set; }

    public QueueSettings QueueSettings => new(Concurrency, IntervalMs, IntervalCap, JitterMs, SimulateTyping);
}
