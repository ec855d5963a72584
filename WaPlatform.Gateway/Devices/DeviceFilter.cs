using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Devices;
using WaPlatform.Data;
using WaPlatform.Data.Devices;
using WaPlatform.Gateway.Faults;

namespace WaPlatform.Gateway.Devices;

/// <summary>Which devices are asked for.</summary>
internal sealed record DeviceFilter(IReadOnlyList<DeviceState> States, string? Search)
{
    private const int MaxSearch = 200;

    /// <param name="state">One state, or several with commas.</param>
    public static DeviceFilter Read(string? state, string? search, FieldErrors errors)
    {
        var states = new List<DeviceState>();
        foreach (var name in (state ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (WireJson.TryParseName<DeviceState>(name, out var value))
            {
                states.Add(value);
            }
            else
            {
                errors.Add("state", $"Must be one of {string.Join(", ", Enum.GetValues<DeviceState>().Select(WireJson.NameOf))}.");
                break;
            }
        }

        errors.Require(
            search is null || (search.Length <= MaxSearch && !search.Any(char.IsControl)), "search",
            $"Must have at most {MaxSearch} characters, none of them a control character.");

        return new DeviceFilter(states, string.IsNullOrWhiteSpace(search) ? null : search.Trim());
    }

    public IQueryable<Device> Apply(IQueryable<Device> devices)
    {
        if (States.Count > 0)
        {
            devices = devices.Where(d => States.Contains(d.State));
        }

        if (Search is { } text)
        {
            var lower = text.ToLowerInvariant();
            var digits = text.TrimStart('+');

            // Translated to SQL's lower(), which knows no culture.
#pragma warning disable CA1304, CA1311, CA1862
            devices = devices.Where(d => d.PhoneNumber.Contains(digits) || (d.Name != null && d.Name.ToLower().Contains(lower)));
#pragma warning restore CA1304, CA1311, CA1862
        }

        return devices;
    }
}

internal static class DeviceRows
{
    public static Task<Device?> FindDeviceAsync(this WaDbContext db, PhoneNumber phone, CancellationToken cancellationToken) =>
        db.Devices.AsNoTracking().SingleOrDefaultAsync(d => d.PhoneNumber == phone.Digits, cancellationToken);
}
