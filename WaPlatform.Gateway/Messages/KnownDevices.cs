using Microsoft.EntityFrameworkCore;
using WaPlatform.Data;

namespace WaPlatform.Gateway.Messages;

/// <summary>
/// Numbers that were registered when they were last looked up. Only to save the look-up: of one that is gone the foreign key tells, and then
/// everything is forgotten. Used by one writer.
/// </summary>
internal sealed class KnownDevices
{
    private HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Which of these numbers are registered.</summary>
    public async Task<IReadOnlySet<string>> ReadAsync(WaDbContext db, IEnumerable<string> numbers)
    {
        var unknown = numbers.Where(number => !_known.Contains(number)).Distinct().ToList();
        if (unknown.Count > 0)
        {
            _known.UnionWith(await db.Devices.Where(d => unknown.Contains(d.PhoneNumber)).Select(d => d.PhoneNumber).ToListAsync(CancellationToken.None));
        }

        return _known;
    }

    public void Forget() => _known = new HashSet<string>(StringComparer.Ordinal);
}
