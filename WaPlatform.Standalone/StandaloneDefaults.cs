using WaPlatform.Gateway;
using WaPlatform.ServiceDefaults;

namespace WaPlatform.Standalone;

/// <summary>
/// What makes one process of the platform's services: a data directory of its own, SQLite and Garnet in it, a cluster of one. Whatever is
/// configured otherwise (<c>ConnectionStrings__wadb</c>, <c>ConnectionStrings__redis</c>, <c>ENGINE</c>, <c>ENGINE_PATH</c>) stays as it is.
/// </summary>
internal sealed class StandaloneDefaults : IDisposable
{
    private readonly DataDirectoryLock _lock;
    private EmbeddedRedis? _redis;

    private StandaloneDefaults(DataDirectoryLock held, DataDirectory data) => (_lock, Data) = (held, data);

    public DataDirectory Data { get; }

    /// <summary>Applies the defaults. Dispose them after the application.</summary>
    /// <exception cref="StartFailureException">The port or the data directory is another platform's.</exception>
    public static StandaloneDefaults Apply(WebApplicationBuilder builder)
    {
        builder.UseApiAddress();
        FreePorts.Ensure(builder.Configuration);
        var data = DataDirectory.From(builder.Configuration);
        var defaults = new StandaloneDefaults(Take(data), data);
        defaults.Configure(builder, data);
        return defaults;
    }

    public void Dispose()
    {
        _redis?.Dispose();
        _lock.Dispose();
    }

    /// <summary>Connection string of the database that there is if no other is configured.</summary>
    public static string DatabaseIn(DataDirectory data) => $"Data Source={data.File("waplatform.db")}";

    /// <exception cref="StartFailureException">The data directory is another platform's.</exception>
    public static DataDirectoryLock Take(DataDirectory data)
    {
        try
        {
            return DataDirectoryLock.Take(data);
        }
        catch (DataDirectoryInUseException taken)
        {
            throw new StartFailureException(StartFailureException.DataDirectoryInUse, taken.Message);
        }
    }

    private void Configure(WebApplicationBuilder builder, DataDirectory data)
    {
        var configuration = builder.Configuration;
        configuration["Cluster:Mode"] ??= "localhost";
        configuration["ConnectionStrings:wadb"] ??= DatabaseIn(data);
        configuration["ConnectionStrings:redis"] ??= (_redis = EmbeddedRedis.Start()).ConnectionString;
        configuration["ENGINE"] ??= builder.Environment.IsDevelopment() ? "simulator" : "gowa";

        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        });
        builder.Services.AddSingleton(data);
        builder.Services.AddSingleton<FirstAdmin>();
        builder.Services.AddHostedService<Banner>();
    }
}
