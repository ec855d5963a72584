using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using WaPlatform.Contracts.Events;
using WaPlatform.Contracts.Webhooks;
using WaPlatform.Data;
using WaPlatform.Data.Webhooks;
using WaPlatform.Jobs.Webhooks;
using WaPlatform.Tests.Data;

namespace WaPlatform.Tests.Webhooks;

/// <summary>What one webhook writes down, on either database.</summary>
public abstract class WebhookLedgerTests(TestDatabase database)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Note_RowsAreOthersThanItKnowsOf_IsLostAndTheNextGoesOnFromTheRow(bool wordOfACommitWasLost)
    {
        await using var writes = new GroupCommit(database.Factory);
        var webhook = new Webhook { Id = Guid.CreateVersion7(), Url = "http://127.0.0.1/", Events = ["*"], Secret = "x", Active = true, Cursor = 7 };
        var delivery = new WebhookDelivery
        {
            Id = Guid.CreateVersion7(), WebhookId = webhook.Id, EventPlace = 8, EventType = EventTypes.MessageReceived, Kind = DeliveryKind.Event, Attempts = 1,
        };
        await using (var db = await database.OpenAsync(CancellationToken))
        {
            db.Add(webhook);
            if (wordOfACommitWasLost)
            {
                db.Add(delivery.Copy());
            }

            await db.SaveChangesAsync(CancellationToken);
        }

        // The place stays where it is: the event is tried again.
        var lost = new TaskCompletionSource();
        var ledger = NewLedger(webhook, wordOfACommitWasLost ? [] : [delivery.Id], writes, lost);
        ledger.Note(ledger.Progress, delivery);

        await lost.Task.WaitAsync(TimeSpan.FromMinutes(1), CancellationToken);
        Assert.True(ledger.IsLost);

        delivery.Attempts = 2;
        var next = NewLedger(webhook, wordOfACommitWasLost ? [delivery.Id] : [], writes, new TaskCompletionSource());
        next.Note(next.Progress with { Cursor = 8 }, delivery);
        await next.FlushAsync(CancellationToken);

        Assert.False(next.IsLost);
        await using var check = await database.OpenAsync(CancellationToken);
        Assert.Equal(2, (await check.WebhookDeliveries.SingleAsync(d => d.WebhookId == webhook.Id, CancellationToken)).Attempts);
        Assert.Equal(8, (await check.Webhooks.SingleAsync(w => w.Id == webhook.Id, CancellationToken)).Cursor);
    }

    private static WebhookLedger NewLedger(Webhook row, Guid[] known, GroupCommit writes, TaskCompletionSource lost) =>
        new(row, known, writes, TimeProvider.System, NullLogger.Instance, () =>
        {
            lost.TrySetResult();
            return Task.CompletedTask;
        });
}

public sealed class SqliteWebhookLedgerTests(SqliteTestDatabase database) : WebhookLedgerTests(database), IClassFixture<SqliteTestDatabase>;

public sealed class PostgresWebhookLedgerTests(PostgresTestDatabase database) : WebhookLedgerTests(database), IClassFixture<PostgresTestDatabase>;
