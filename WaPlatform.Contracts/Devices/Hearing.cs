using System.Text.Json.Serialization;

namespace WaPlatform.Contracts.Devices;

/// <summary>What is silent about a number that looks connected.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<Deafness>))]
public enum Deafness
{
    /// <summary>The engine does not answer on its event socket: its events do not come out.</summary>
    Events,

    /// <summary>WhatsApp does not answer what the engine asks it.</summary>
    Link,

    /// <summary>WhatsApp takes messages, and nobody's phone confirms one.</summary>
    Receipts,
}

/// <summary>What is done about it, from the gentlest on.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<HearingStep>))]
public enum HearingStep
{
    /// <summary>It is asked again.</summary>
    Probe,

    /// <summary>The engine is told to dial WhatsApp anew.</summary>
    Reconnect,

    /// <summary>The engine is restarted.</summary>
    Restart,

    /// <summary>All of it did not help; the next round comes after a pause.</summary>
    Rest,

    /// <summary>The number hears again.</summary>
    Recovered,
}
