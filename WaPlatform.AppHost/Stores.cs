namespace WaPlatform.AppHost;

/// <summary>The database and the Redis of the system, under the names that the services know them by.</summary>
internal sealed record Stores(IResourceBuilder<IResourceWithConnectionString> Database, IResourceBuilder<IResourceWithConnectionString> Redis)
{
    private const string DatabaseName = "wadb";
    private const string RedisName = "redis";

    public static Stores InContainers(IDistributedApplicationBuilder builder) =>
        // Locks: a dump holds one for each table of every number's session.
        new(builder.AddPostgres("postgres").WithArgs("-c", "max_locks_per_transaction=256").WithDataVolume().AddDatabase(DatabaseName), builder.AddRedis(RedisName));

    /// <summary>Servers that run elsewhere where a connection string is given (<c>ConnectionStrings__wadb</c>, <c>ConnectionStrings__redis</c>), else ones that are installed here.</summary>
    public static Stores WithoutContainers(IDistributedApplicationBuilder builder) => new(
        IsGiven(builder, DatabaseName) ? builder.AddConnectionString(DatabaseName) : LocalServer.AddPostgres(builder, DatabaseName),
        IsGiven(builder, RedisName) ? builder.AddConnectionString(RedisName) : LocalServer.AddRedis(builder, RedisName));

    private static bool IsGiven(IDistributedApplicationBuilder builder, string name) => !string.IsNullOrEmpty(builder.Configuration[$"ConnectionStrings:{name}"]);
}
