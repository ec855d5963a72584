using WaPlatform.Tests.Postgres;
using WaPlatform.Tests.Redis;

namespace WaPlatform.Tests.Platform.Messages;

/// <summary>What the platform keeps its messages in: what it brings along (SQLite and Garnet), or servers (PostgreSQL and Redis).</summary>
internal static class Stack
{
    public const string Embedded = "embedded";
    public const string Servers = "servers";

    /// <summary>How to start a platform on a stack, with databases of its own.</summary>
    public static async Task<StandaloneStart> StartOnAsync(string stack, PostgresServer postgres, RedisServer redis, CancellationToken cancellationToken)
    {
        var start = new StandaloneStart().With("Supervision__EagerStatusInterval", "00:00:00.200").With("Supervision__FirstRestartDelay", "00:00:00.100");
        return stack == Embedded ? start : start
            .With("ConnectionStrings__wadb", await postgres.NameDatabaseAsync(cancellationToken))
            .With("ConnectionStrings__redis", await redis.CreateDatabaseAsync(cancellationToken));
    }
}
