using System.Text.Json.Serialization;
using WaPlatform.Contracts.Devices;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Devices;

/// <param name="PhoneNumber">The number to register, as digits, with + before them, or with @s.whatsapp.net or @c.us behind.</param>
/// <param name="AutoStart">Start its engine at once. Default: true.</param>
/// <param name="Proxy">Dial WhatsApp through this proxy (socks5, http or https URL).</param>
internal sealed record RegisterDeviceRequest(
    string? PhoneNumber, string? Name = null, bool? AutoStart = null, QueueSettingsRequest? Queue = null, string? Proxy = null)
{
    public FieldErrors Validate(out PhoneNumber number)
    {
        var errors = new FieldErrors();
        errors.Require(
            Contracts.Devices.PhoneNumber.TryParse(PhoneNumber, out number), "phoneNumber",
            "Must be a phone number in international form: 7 to 15 digits, not starting with 0.");
        DeviceName.Check(Name, errors);
        Queue?.Validate(errors);
        if (!string.IsNullOrEmpty(Proxy) && ProxyUrl.Problem(Proxy) is { } problem)
        {
            errors.Add("proxy", problem);
        }

        return errors;
    }
}

/// <summary>What to change; what is left out stays. Null or "" takes name or proxy away.</summary>
internal sealed record ChangeDeviceRequest
{
    private string? _name;
    private string? _proxy;

    public string? Name
    {
        get => _name;
        init => (_name, NameGiven) = (value, true);
    }

    public QueueSettingsRequest? Queue { get; init; }

    public string? Proxy
    {
        get => _proxy;
        init => (_proxy, ProxyGiven) = (value, true);
    }

    [JsonIgnore]
    public bool NameGiven { get; private init; }

    [JsonIgnore]
    public bool ProxyGiven { get; private init; }

    public FieldErrors Validate()
    {
        var errors = new FieldErrors();
        DeviceName.Check(Name, errors);
        Queue?.Validate(errors);
        if (!string.IsNullOrEmpty(Proxy) && ProxyUrl.Problem(Proxy) is { } problem)
        {
            errors.Add("proxy", problem);
        }

        return errors;
    }
}

/// <summary>Pacing of sends: at most <paramref name="IntervalCap"/> starts in <paramref name="IntervalMs"/>, <paramref name="Concurrency"/> at once.</summary>
/// <param name="Concurrency">1–20.</param>
/// <param name="IntervalMs">0–3,600,000; 0 = no pacing.</param>
/// <param name="IntervalCap">1–1,000.</param>
/// <param name="JitterMs">0–600,000: each start is put off by a random time up to this.</param>
/// <param name="SimulateTyping">Show "typing…" for a while before a text, as a person would need for it.</param>
internal sealed record QueueSettingsRequest(
    int? Concurrency = null, int? IntervalMs = null, int? IntervalCap = null, int? JitterMs = null, bool? SimulateTyping = null)
{
    public void Validate(FieldErrors errors)
    {
        errors.Require(Concurrency is null or (>= 1 and <= 20), "queue.concurrency", "Must be from 1 to 20.");
        errors.Require(IntervalMs is null or (>= 0 and <= 3_600_000), "queue.intervalMs", "Must be from 0 to 3600000.");
        errors.Require(IntervalCap is null or (>= 1 and <= 1000), "queue.intervalCap", "Must be from 1 to 1000.");
        errors.Require(JitterMs is null or (>= 0 and <= 600_000), "queue.jitterMs", "Must be from 0 to 600000.");
    }

    public static QueueSettings Apply(QueueSettingsRequest? request, QueueSettings current) => new(
        request?.Concurrency ?? current.Concurrency, request?.IntervalMs ?? current.IntervalMs, request?.IntervalCap ?? current.IntervalCap,
        request?.JitterMs ?? current.JitterMs, request?.SimulateTyping ?? current.SimulateTyping);
}

internal static class DeviceName
{
    private const int MaxLength = 200;

    public static void Check(string? name, FieldErrors errors)
    {
        errors.Require(name is null || name.Length <= MaxLength, "name", $"Must have at most {MaxLength} characters.");
        errors.Require(name is null || !name.Any(char.IsControl), "name", "Must have no control characters.");
    }

    public static string? Normalize(string? name) => string.IsNullOrWhiteSpace(name) ? null : name.Trim();
}
