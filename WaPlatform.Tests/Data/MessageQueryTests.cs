using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Data.Messages;

namespace WaPlatform.Tests.Data;

public sealed class MessageQueryTests(SqliteTestDatabase database) : IClassFixture<SqliteTestDatabase>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    // SQLite takes a partial index only for a query that has its condition word for word.
    [Fact]
    public async Task Queries_OfUnsentMessages_UseTheIndexesOfTheFew()
    {
        await using var db = await database.OpenAsync(CancellationToken);
        var (phone, now) = ("5511999990200", TimeProvider.System.GetUtcNow());
        var mine = db.Messages.Where(m => m.PhoneNumber == phone);

        Assert.Contains("IX_messages_PhoneNumber_Priority_Id", await PlanAsync(mine.Waiting()), StringComparison.Ordinal);
        Assert.Contains("IX_messages_PhoneNumber_Priority_Id", await PlanAsync(mine.Unsent().GroupBy(m => m.Status).Select(g => g.Count())), StringComparison.Ordinal);
        var head = await PlanAsync(mine.Waiting().Where(m => m.Priority >= 2).OrderBy(m => m.Priority).ThenBy(m => m.Id).Take(32));
        Assert.Contains("IX_messages_PhoneNumber_Priority_Id", head, StringComparison.Ordinal);
        Assert.DoesNotContain("TEMP B-TREE", head, StringComparison.Ordinal);
        Assert.Contains("IX_messages_ExpiresAt", await PlanAsync(db.Messages.Waiting().Where(m => m.ExpiresAt <= now).Select(m => m.PhoneNumber)), StringComparison.Ordinal);
    }

    private static async Task<string> PlanAsync<T>(IQueryable<T> query)
    {
        await using var command = query.CreateDbCommand();
        await command.Connection!.OpenAsync(CancellationToken);
        command.CommandText = "EXPLAIN QUERY PLAN " + command.CommandText;
        await using DbDataReader reader = await command.ExecuteReaderAsync(CancellationToken);
        var plan = new List<string>();
        while (await reader.ReadAsync(CancellationToken))
        {
            plan.Add(reader.GetString(3));
        }

        return string.Join('\n', plan);
    }
}
