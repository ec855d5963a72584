using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts;
using WaPlatform.Contracts.Events;
using WaPlatform.Data;
using WaPlatform.Data.Events;

namespace WaPlatform.ServiceDefaults.Events;

/// <summary>Appends what happened to the platform itself, and to no device, and tells it.</summary>
public sealed class PlatformJournal(IDbContextFactory<WaDbContext> databases, LivePublisher live, TimeProvider timeProvider)
{
    /// <summary>Stores an event, then tells it. Throws what the database throws.</summary>
    public async Task AppendAsync<TData>(string type, TData data, CancellationToken cancellationToken)
    {
        var told = new DeviceEvent(null, 0, type, timeProvider.GetDatabaseTime(), EventSource.Platform, JsonSerializer.SerializeToElement(data, WireJson.Options));
        var row = new JournalEvent { Type = type, Source = told.Source, At = told.At, Data = told.Data.GetRawText() };
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var previous = await db.AppendAsync([row], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        live.Publish(previous, [told with { Place = row.Id }]);
    }
}
