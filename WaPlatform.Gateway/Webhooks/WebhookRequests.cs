using System.Text.Json.Serialization;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Events;
using WaPlatform.Gateway.Faults;
using WaPlatform.ServiceDefaults.Webhooks;

namespace WaPlatform.Gateway.Webhooks;

/// <param name="Url">Where events are posted.</param>
/// <param name="Secret">What signs them: whsec_ and the base64 of 24 to 64 bytes. Default: one is made.</param>
/// <param name="Events">Types: * for all, message.* for those that begin so, message.received. Default: all.</param>
/// <param name="Devices">Only events of these numbers. Default, and for an empty list: of all, and those of none.</param>
/// <param name="Headers">Sent along with each request.</param>
/// <param name="Active">Default: true.</param>
internal sealed record CreateWebhookRequest(
    string? Url, string? Secret = null, IReadOnlyList<string?>? Events = null, IReadOnlyList<string?>? Devices = null, Dictionary<string, string?>? Headers = null, bool? Active = null);

/// <summary>What to change; what is left out stays.</summary>
internal sealed record ChangeWebhookRequest
{
    private IReadOnlyList<string?>? _devices;

    public string? Url { get; init; }

    /// <summary>A new secret; the one before signs too for some time.</summary>
    public string? Secret { get; init; }

    public IReadOnlyList<string?>? Events { get; init; }

    /// <summary>Null or an empty list: all.</summary>
    public IReadOnlyList<string?>? Devices
    {
        get => _devices;
        init => (_devices, DevicesGiven) = (value, true);
    }

    /// <summary>All of them anew; *** leaves the value of one as it is.</summary>
    public Dictionary<string, string?>? Headers { get; init; }

    /// <summary>True also switches one on again that was switched off because it failed.</summary>
    public bool? Active { get; init; }

    [JsonIgnore]
    public bool DevicesGiven { get; private init; }
}

/// <param name="Secret">Default: one is made.</param>
internal sealed record RotateSecretRequest(string? Secret = null);

/// <param name="From">Default: the oldest event that is kept.</param>
/// <param name="To">Default: now.</param>
internal sealed record ReplayRequest(DateTimeOffset? From = null, DateTimeOffset? To = null);

/// <summary>The members that several requests share.</summary>
internal static class WebhookMembers
{
    private const int MaxEvents = 100;
    private const int MaxDevices = 1000;

    public static List<string> ReadEvents(IReadOnlyList<string?>? events, FieldErrors errors)
    {
        errors.Require(events is null or { Count: >= 1 and <= MaxEvents }, "events", $"Must be 1 to {MaxEvents} types.");
        errors.Require(
            events is null || events.All(EventPattern.IsValid), "events", "Each must be * or a type in lower case, such as message.received, or the beginning of some, such as message.*");
        return events is null ? [EventPattern.All] : [.. events.OfType<string>().Distinct()];
    }

    /// <returns>Null for all.</returns>
    public static List<string>? ReadDevices(IReadOnlyList<string?>? devices, FieldErrors errors)
    {
        errors.Require(devices is null or { Count: <= MaxDevices }, "devices", $"Must be at most {MaxDevices} numbers.");
        var numbers = new List<string>();
        foreach (var device in devices ?? [])
        {
            if (!PhoneNumber.TryParse(device, out var number))
            {
                errors.Add("devices", "Each must be a phone number.");
                break;
            }

            numbers.Add(number.Digits);
        }

        return numbers.Count == 0 ? null : [.. numbers.Distinct()];
    }

    public static void CheckSecret(string? secret, FieldErrors errors) =>
        errors.Require(secret is null || SigningSecret.TryRead(secret, out _), "secret", "Must be whsec_ and the base64 of 24 to 64 bytes.");
}
