using WaPlatform.Contracts.Devices;
using WaPlatform.Data.Access;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Keys;

/// <param name="Name">What it is for; 1 to 100 characters.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="Devices">The only numbers that it may use, 1 to 500; they need not be registered yet. Left out: all.</param>
/// <param name="ExpiresAt">When it ends. Left out: not before it is revoked.</param>
internal sealed record CreateKeyRequest(string? Name, string[]? Scopes, string[]? Devices = null, string? ExpiresAt = null)
{
    private const int MaxName = 100;
    private const int MaxDevices = 500;

    /// <param name="grant">What the key is to be good for.</param>
    public FieldErrors Validate(DateTimeOffset now, out Grant grant)
    {
        var errors = new FieldErrors();
        errors.Require(!string.IsNullOrWhiteSpace(Name) && Name.Length <= MaxName && !Name.Any(char.IsControl), "name", $"Must have from 1 to {MaxName} characters, none of them a control character.");
        errors.Require(
            Scopes is { Length: > 0 } && Scopes.All(scope => Access.Scopes.All.Contains(scope)), "scopes",
            $"Must have one or more of {string.Join(", ", Access.Scopes.All)}.");
        grant = new Grant([.. Scopes ?? []], ReadDevices(errors), ReadEnd(now, errors));
        return errors;
    }

    private DeviceAccess ReadDevices(FieldErrors errors)
    {
        if (Devices is null)
        {
            return DeviceAccess.ToAll;
        }

        // None at all could be meant as "all"; that is not to be guessed.
        errors.Require(Devices.Length is >= 1 and <= MaxDevices, "devices", $"Must have from 1 to {MaxDevices} phone numbers; leave it out for all devices.");
        var numbers = Devices.Select(device => PhoneNumber.TryParse(device, out var phone) ? phone.Digits : null).ToList();
        errors.Require(!numbers.Contains(null), "devices", "Must have phone numbers only.");
        return DeviceAccess.To(numbers.OfType<string>());
    }

    private DateTimeOffset? ReadEnd(DateTimeOffset now, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(ExpiresAt))
        {
            return null;
        }

        var isTime = Rfc3339.TryParse(ExpiresAt, out var end);
        errors.Require(isTime, "expiresAt", "Must be a time with date and offset (RFC 3339), for example 2030-12-31T23:59:00Z.");
        errors.Require(!isTime || end > now, "expiresAt", "Must be in the future.");
        return end;
    }
}

/// <summary>A key, without its secret.</summary>
/// <param name="Prefix">The beginning of the key, to tell it by.</param>
/// <param name="Devices">The only numbers that it may use; null = all.</param>
/// <param name="LastUsedAt">To the minute; null if it never was.</param>
/// <param name="CreatedBy">Name of the user, or <c>key:</c> and the prefix of the key, that made it.</param>
internal sealed record KeyView(
    Guid Id,
    string Name,
    string Prefix,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string>? Devices,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt,
    string CreatedBy)
{
    public static KeyView From(ApiKey key) =>
        new(key.Id, key.Name, key.Prefix, key.Scopes, key.Devices, key.CreatedAt, key.ExpiresAt, key.LastUsedAt, key.CreatedBy);
}

/// <summary>A key that was just made.</summary>
/// <param name="Key">What to send as <c>X-Api-Key</c>. It is shown now and never again.</param>
internal sealed record NewKeyView(
    Guid Id,
    string Name,
    string Key,
    string Prefix,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string>? Devices,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt,
    string CreatedBy)
{
    public static NewKeyView From(ApiKey key, string text) =>
        new(key.Id, key.Name, text, key.Prefix, key.Scopes, key.Devices, key.CreatedAt, key.ExpiresAt, key.LastUsedAt, key.CreatedBy);
}
