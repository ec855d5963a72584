using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.Contracts.Events;
using WaPlatform.Data;
using WaPlatform.Data.Events;
using WaPlatform.ServiceDefaults.Events;

namespace WaPlatform.Tests.Events;

/// <summary>Appends events to the journal and tells them, as the owners of devices do. For one thread at a time.</summary>
/// <param name="commits">Of a host of its own; null = the process's.</param>
internal sealed class JournalWriter(IServiceProvider services, GroupCommit? commits = null)
{
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch.AddYears(56);

    private readonly Dictionary<string, long> _sequences = [];

    /// <summary>An event of a device, with the next number of it.</summary>
    public DeviceEvent Next(string phone, string type = EventTypes.StateChanged, string data = "{}", DateTimeOffset? at = null)
    {
        _sequences[phone] = _sequences.GetValueOrDefault(phone) + 1;
        return new DeviceEvent(phone, _sequences[phone], type, at ?? At, EventSource.Platform, JsonElement.Parse(data));
    }

    /// <summary>Stores events in one transaction, and tells them unless <paramref name="silently"/>. Returns them with their places.</summary>
    public async Task<IReadOnlyList<DeviceEvent>> AppendAsync(IReadOnlyList<DeviceEvent> events, bool silently = false)
    {
        var (previous, stored) = await (commits ?? services.GetRequiredService<GroupCommit>()).RunAsync(
            async db =>
            {
                var rows = events.Select(e => new JournalEvent
                {
                    PhoneNumber = e.PhoneNumber,
                    Sequence = e.Sequence,
                    Type = e.Type,
                    At = e.At,
                    Source = e.Source,
                    Data = e.Data.GetRawText(),
                }).ToList();
                var before = await db.AppendAsync(rows, CancellationToken.None);
                return (before, events.Zip(rows, (e, row) => e with { Place = row.Id }).ToList());
            },
            last: true);
        if (!silently)
        {
            services.GetRequiredService<LivePublisher>().Publish(previous, stored);
        }

        return stored;
    }
}
