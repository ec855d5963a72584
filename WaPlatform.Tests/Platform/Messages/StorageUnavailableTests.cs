using System.Data.Common;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Npgsql;
using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Platform.Messages;

/// <summary>A database that takes nothing for a while: the caller is told, and what it was told is true.</summary>
public sealed class StorageUnavailableTests(PostgresServer postgres, RedisServer redis)
{
    private const string Phone = "5511999990551";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Stack.Embedded)]
    [InlineData(Stack.Servers)]
    public async Task Send_DatabaseLocked_Answers503AndTheRepeatIsSentOnce(string stack)
    {
        var start = await Stack.StartOnAsync(stack, postgres, redis, CancellationToken);
        var server = start.Environment.GetValueOrDefault("ConnectionStrings__wadb");
        await using var platform = await StandaloneProcess.StartAsync(server is null ? start : start.With("ConnectionStrings__wadb", $"{server};Command Timeout=3"), CancellationToken);
        await platform.PairAsync(Phone, CancellationToken);

        await using (var connection = server is null ? (DbConnection)new SqliteConnection($"Data Source={Path.Combine(platform.DataDirectory, "waplatform.db")};Pooling=False") : new NpgsqlConnection(server))
        {
            await connection.OpenAsync(CancellationToken);
            await ExecuteAsync(connection, server is null ? "BEGIN EXCLUSIVE" : "BEGIN; LOCK TABLE messages IN ACCESS EXCLUSIVE MODE");
            using var refused = await SendAsync(platform);
            var problem = await refused.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);
            await ExecuteAsync(connection, "ROLLBACK");

            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal(("STORAGE_UNAVAILABLE", true), (problem.GetProperty("code").GetString(), problem.GetProperty("retriable").GetBoolean()));
        }

        Assert.Empty(await platform.MessagesAsync(Phone, CancellationToken));
        using var accepted = await SendAsync(platform);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        var id = (await accepted.Content.ReadFromJsonAsync<JsonElement>(CancellationToken)).Id();
        await platform.WaitForMessageAsync(id, Messaging.Out, CancellationToken);
        Assert.Equal(id, Assert.Single(await platform.MessagesAsync(Phone, CancellationToken)).Id());
        Assert.Equal(["when there is room"], await platform.TextsSentAsync(Phone, CancellationToken));
    }

    private static async Task<HttpResponseMessage> SendAsync(StandaloneProcess platform)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/messages/send")
        {
            Content = JsonContent.Create(new { from = Phone, to = "5511888880551", message = "when there is room", wait = false }),
        };
        request.Headers.Add("Idempotency-Key", "the-same");
        return await platform.Client.SendAsync(request, CancellationToken);
    }

    private static async Task ExecuteAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(CancellationToken);
    }
}
