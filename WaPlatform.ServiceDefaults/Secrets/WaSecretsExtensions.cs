using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WaPlatform.Data;
using WaPlatform.Data.Sqlite;
using WaPlatform.ServiceDefaults;
using WaPlatform.ServiceDefaults.Secrets;

namespace Microsoft.Extensions.Hosting;

public static class WaSecretsExtensions
{
    // Every service must name the same one: else none can read what another protected.
    private const string Application = "WaPlatform";

    /// <summary>
    /// Registers Data Protection with keys that all services of the platform share: files of the data directory where the database is one on this machine
    /// (SQLite), else rows of the database; encrypted where there is a <c>WAPLATFORM_MASTER_KEY</c>. Needs AddWaDatabase.
    /// </summary>
    public static TBuilder AddWaSecrets<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Services.Any(service => service.ServiceType == typeof(StoredSecrets)))
        {
            return builder;
        }

        builder.Services.AddSingleton<StoredSecrets>();
        var protection = builder.Services.AddDataProtection().SetApplicationName(Application);
        if (SqliteWaDatabase.Recognizes(builder.Configuration.GetConnectionString("wadb") ?? ""))
        {
            protection.PersistKeysToFileSystem(new DirectoryInfo(DataDirectory.From(builder.Configuration).Subdirectory("keys")));
        }
        else
        {
            protection.PersistKeysToDbContext<WaDbContext>();
        }

        if (MasterKey.From(builder.Configuration) is { } key)
        {
            builder.Services.Configure<KeyManagementOptions>(options => options.XmlEncryptor = new MasterKeyEncryptor(key));
        }

        return builder;
    }
}
