using System.Data.Common;
using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WaPlatform.Data.Sqlite;
using WaPlatform.Tests.Gateway.Hosting;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Platform.Messages;

/// <summary>The connection breaks during the commit of a message: who is told that it was not taken sends it again, so that must be true.</summary>
public sealed class CommitInDoubtTests(RedisServer redis)
{
    private const string Phone = "5511999990562";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, HttpStatusCode.Accepted, 1)]
    [InlineData(false, HttpStatusCode.ServiceUnavailable, 0)]
    public async Task Send_AnswerOfTheCommitIsLost_TellsWhatBecameOfIt(bool isDone, HttpStatusCode status, int stored)
    {
        var server = new BreakingServer();
        await using var gateway = new GatewayHost(redis) { Configure = services => services.ConfigureDbContext<SqliteWaDbContext>(options => options.AddInterceptors(server)) };
        await gateway.InitializeAsync();
        await gateway.RegisterAsync(Phone);

        server.BreakOnce(isDone);
        using var answer = await gateway.Client.PostAsJsonAsync("/api/messages/send", new { from = Phone, to = "5511888880562", message = "once", wait = false }, CancellationToken);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(stored, await gateway.QueryAsync(db => db.Messages.CountAsync(CancellationToken)));
        using var next = await gateway.Client.PostAsJsonAsync("/api/messages/send", new { from = Phone, to = "5511888880562", message = "another", wait = false }, CancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, next.StatusCode);
    }

    /// <summary>Loses its connection in the commit of the next message: after it is done, or before.</summary>
    private sealed class BreakingServer : DbTransactionInterceptor, IDbCommandInterceptor
    {
        private readonly Lock _lock = new();
        private bool? _breaksAfterwards;
        private DbContext? _writer;

        public void BreakOnce(bool afterwards)
        {
            lock (_lock)
            {
                _breaksAfterwards = afterwards;
            }
        }

        public ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            Note(command, eventData.Context);
            return ValueTask.FromResult(result);
        }

        public ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            Note(command, eventData.Context);
            return ValueTask.FromResult(result);
        }

        public override ValueTask<InterceptionResult> TransactionCommittingAsync(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        {
            Break(eventData.Context, isDone: false);
            return ValueTask.FromResult(result);
        }

        public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            Break(eventData.Context, isDone: true);
            return Task.CompletedTask;
        }

        private void Note(DbCommand command, DbContext? context)
        {
            if (command.CommandText.Contains("INSERT INTO \"messages\"", StringComparison.Ordinal))
            {
                lock (_lock)
                {
                    _writer = context;
                }
            }
        }

        private void Break(DbContext? context, bool isDone)
        {
            lock (_lock)
            {
                if (_breaksAfterwards == isDone && context == _writer)
                {
                    _breaksAfterwards = null;
                    throw new NpgsqlException("Exception while reading from stream");
                }
            }
        }
    }
}
