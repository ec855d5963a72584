using System.Text.Json.Serialization;

namespace WaPlatform.Contracts.Engines;

/// <summary>Which binary speaks WhatsApp.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<EngineKind>))]
public enum EngineKind
{
    Gowa,
    Simulator,
}
