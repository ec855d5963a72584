using System.Globalization;
using WaPlatform.Contracts.Devices;
using WaPlatform.Data.Audit;
using WaPlatform.Gateway.Access;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Audit;

/// <summary>Which entries are asked for.</summary>
internal sealed record AuditFilter(string? Actor, string? Device, string? Action, AuditOutcome? Outcome, DateTimeOffset? From, DateTimeOffset? To)
{
    private const int Refused = 400;

    /// <summary>Binds the query; what is wrong with it is in <see cref="Errors"/>.</summary>
    public static ValueTask<AuditFilter> BindAsync(HttpContext context)
    {
        var (query, errors) = (context.Request.Query, new FieldErrors());
        PhoneNumber number = default;
        var device = Text("device");
        errors.Require(device is null || PhoneNumber.TryParse(device, out number), "device", "Must be a phone number.");
        AuditOutcome parsed = default;
        var outcome = Text("outcome");
        errors.Require(outcome is null || Contracts.WireJson.TryParseName(outcome, out parsed), "outcome", "Must be succeeded, refused or failed.");
        var filter = new AuditFilter(
            Text("actor"), device is null ? null : number.Digits, Text("action"), outcome is null ? null : parsed, Time("from"), Time("to"));
        return ValueTask.FromResult(filter with { Errors = errors });

        string? Text(string name)
        {
            if (query[name] is not [{ Length: > 0 } text, ..])
            {
                return null;
            }

            errors.Require(text.Length <= AuditEntry.MaxText && !text.Any(c => char.IsControl(c) || char.IsSurrogate(c)), name, $"Must have at most {AuditEntry.MaxText} plain characters.");
            return text;
        }

        DateTimeOffset? Time(string name)
        {
            if (Text(name) is not { } text)
            {
                return null;
            }

            var isTime = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
            errors.Require(isTime, name, "Must be a time: 2026-01-31T12:00:00Z.");
            return isTime ? time : null;
        }
    }

    public FieldErrors Errors { get; private init; } = new();

    public IQueryable<AuditEntry> Apply(IQueryable<AuditEntry> entries, DeviceAccess access)
    {
        entries = access.Only is { } only ? entries.Where(e => e.Device != null && only.Contains(e.Device)) : entries;
        entries = Actor is null ? entries : entries.Where(e => e.Actor == Actor);
        entries = Device is null ? entries : entries.Where(e => e.Device == Device);
        entries = Action is null ? entries : entries.Where(e => e.Action.Contains(Action));
        entries = From is null ? entries : entries.Where(e => e.At >= From);
        entries = To is null ? entries : entries.Where(e => e.At < To);
        return Outcome switch
        {
            AuditOutcome.Succeeded => entries.Where(e => e.Status < Refused),
            AuditOutcome.Refused => entries.Where(e => e.Status >= Refused && e.Status < StatusCodes.Status500InternalServerError),
            AuditOutcome.Failed => entries.Where(e => e.Status >= StatusCodes.Status500InternalServerError),
            _ => entries,
        };
    }
}
