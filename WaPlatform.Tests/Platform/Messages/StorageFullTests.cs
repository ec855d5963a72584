using System.Data.Common;
using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.Data.Sqlite;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Platform.Messages;

/// <summary>A disk without room: the database's own word for it, and what becomes of messages.</summary>
public sealed class StorageFullTests(RedisServer redis)
{
    private const string Phone = "5511999990561";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_DiskFull_Answers503StoresNothingAndWorksAgainWhenThereIsRoom()
    {
        var disk = new Disk();
        await using var gateway = new GatewayHost(redis) { Configure = services => services.ConfigureDbContext<SqliteWaDbContext>(options => options.AddInterceptors(disk)) };
        await gateway.InitializeAsync();
        await gateway.RegisterAsync(Phone);

        disk.IsFull = true;
        using (var refused = await SendAsync(gateway))
        {
            var problem = await refused.ReadJsonAsync(HttpStatusCode.ServiceUnavailable);
            Assert.Equal(("STORAGE_UNAVAILABLE", true), (problem.GetProperty("code").GetString(), problem.GetProperty("retriable").GetBoolean()));
        }

        Assert.Equal(0, await gateway.QueryAsync(db => db.Messages.CountAsync(CancellationToken)));
        disk.IsFull = false;
        using var accepted = await SendAsync(gateway);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal(1, await gateway.QueryAsync(db => db.Messages.CountAsync(CancellationToken)));
    }

    // Longer than a page, so that it needs a new one.
    private static Task<HttpResponseMessage> SendAsync(GatewayHost gateway)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/messages/send")
        {
            Content = JsonContent.Create(new { from = Phone, to = "5511888880561", message = new string('x', 60_000), wait = false }),
        };
        request.Headers.Add("Idempotency-Key", "the-same");
        return gateway.Client.SendAsync(request, CancellationToken);
    }

    /// <summary>Lets the file grow no further while it is full.</summary>
    private sealed class Disk : DbTransactionInterceptor
    {
        private const string Room = "PRAGMA max_page_count = 1073741823";

        public volatile bool IsFull;

        public override async ValueTask<DbTransaction> TransactionStartedAsync(
            DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
        {
            // A count below the present one is taken for the present one.
            await using var command = connection.CreateCommand();
            command.Transaction = result;
            command.CommandText = IsFull ? "PRAGMA max_page_count = 1" : Room;
            await command.ExecuteNonQueryAsync(cancellationToken);
            return result;
        }
    }
}
