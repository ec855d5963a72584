using System.Text.Json;
using WaPlatform.Contracts.Events;

namespace WaPlatform.Gateway.Events;

/// <summary>An event on its way to many: written as JSON once.</summary>
internal sealed class ToldEvent(DeviceEvent e)
{
    private byte[]? _json;

    public DeviceEvent Event => e;

    public long Place => e.Place;

    /// <summary>Its public form.</summary>
    public byte[] Json => _json ??= JsonSerializer.SerializeToUtf8Bytes(EventView.Of(e), GatewayJson.Options);
}
