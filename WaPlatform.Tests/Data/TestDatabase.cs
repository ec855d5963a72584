using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WaPlatform.Data;
using WaPlatform.Tests.Postgres;

namespace WaPlatform.Tests.Data;

/// <summary>A database of one test class, reached the way in which a service reaches it. It is not there before somebody migrates it.</summary>
public abstract class TestDatabase : IAsyncLifetime
{
    private IHost? _host;

    public string ConnectionString { get; private set; } = "";

    /// <summary>A service that has nothing but the database; its start migrates it.</summary>
    public static IHost CreateService(string connectionString)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:wadb", connectionString)]);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddWaDatabase();
        return builder.Build();
    }

    /// <summary>Makes contexts on the migrated database.</summary>
    public IDbContextFactory<WaDbContext> Factory => _host!.Services.GetRequiredService<IDbContextFactory<WaDbContext>>();

    /// <summary>A context on the migrated database.</summary>
    public Task<WaDbContext> OpenAsync(CancellationToken cancellationToken) => Factory.CreateDbContextAsync(cancellationToken);

    /// <summary>A connection string to a database that does not exist.</summary>
    public abstract Task<string> NameAnotherAsync(CancellationToken cancellationToken);

    public async ValueTask InitializeAsync()
    {
        ConnectionString = await NameAnotherAsync(TestContext.Current.CancellationToken);
        _host = CreateService(ConnectionString);
        await _host.StartAsync(TestContext.Current.CancellationToken);
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.StopAsync(CancellationToken.None);
            _host.Dispose();
        }

        GC.SuppressFinalize(this);
    }
}

public sealed class SqliteTestDatabase : TestDatabase
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("wa-sqlite-");

    public override Task<string> NameAnotherAsync(CancellationToken cancellationToken) =>
        Task.FromResult($"Data Source={Path.Combine(_directory.FullName, $"{Guid.NewGuid():N}.db")}");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}

public sealed class PostgresTestDatabase(PostgresServer server) : TestDatabase
{
    public override Task<string> NameAnotherAsync(CancellationToken cancellationToken) => server.NameDatabaseAsync(cancellationToken);
}
