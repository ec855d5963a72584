using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.Data;
using WaPlatform.Data.Sqlite;
using WaPlatform.ServiceDefaults;

namespace Microsoft.Extensions.Hosting;

public static class WaSecretsExtensions
{
    // Every service must name the same one: else none can read what another protected.
    private const string Application = "WaPlatform";

    /// <summary>
    /// Registers Data Protection with keys that all services of the platform share: files of the data directory where the database is one on this machine
    /// (SQLite), else rows of the database. Needs AddWaDatabase.
    /// </summary>
    public static TBuilder AddWaSecrets<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        var protection = builder.Services.AddDataProtection().SetApplicationName(Application);
        if (SqliteWaDatabase.Recognizes(builder.Configuration.GetConnectionString("wadb") ?? ""))
        {
            protection.PersistKeysToFileSystem(new DirectoryInfo(DataDirectory.From(builder.Configuration).Subdirectory("keys")));
        }
        else
        {
            protection.PersistKeysToDbContext<WaDbContext>();
        }

        return builder;
    }
}
