using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using WaPlatform.Data;
using WaPlatform.ServiceDefaults.Secrets;
using WaPlatform.Tests.Postgres;

namespace WaPlatform.Tests.ServiceDefaults.Secrets;

/// <summary>Services that know of each other only through the database, or the data directory.</summary>
public sealed class StoredSecretsTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string Key = "0f3c9a7e5d1b48260f3c9a7e5d1b4826-of-the-tests";
    private const string Plain = "socks5://user:planted-word@192.0.2.1:1080";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("wa-secrets-");
    private readonly List<IHost> _services = [];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services)
        {
            await service.StopAsync(CancellationToken.None);
            service.Dispose();
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _directory.Delete(recursive: true);
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(false, Key)]
    [InlineData(true, null)]
    [InlineData(true, Key)]
    public async Task Protect_ByOneService_IsRevealedByAnother(bool isShared, string? masterKey)
    {
        var database = await DatabaseAsync(isShared);
        var (one, two) = (await StartAsync(database, masterKey), await StartAsync(database, masterKey));

        var stored = Secrets(one).Protect(Plain);

        Assert.DoesNotContain("planted-word", stored, StringComparison.Ordinal);
        Assert.NotEqual(stored, Secrets(one).Protect(Plain));
        Assert.Equal(Plain, Secrets(two).Reveal(stored));
    }

    [Theory]
    [InlineData(false, null, true)]
    [InlineData(false, Key, false)]
    [InlineData(true, null, true)]
    [InlineData(true, Key, false)]
    public async Task Ring_WithAMasterKey_HoldsNoKeyInTheClear(bool isShared, string? masterKey, bool isInTheClear)
    {
        var database = await DatabaseAsync(isShared);
        var service = await StartAsync(database, masterKey);
        _ = Secrets(service).Protect(Plain);

        var ring = isShared ? await RowsAsync(service) : string.Concat(Directory.EnumerateFiles(Path.Combine(_directory.FullName, "keys")).Select(File.ReadAllText));

        // As Data Protection writes a key that nothing protects.
        Assert.Equal(isInTheClear, ring.Contains("<masterKey", StringComparison.Ordinal));
        Assert.Equal(!isInTheClear, ring.Contains("<sealedKey", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("another key of the tests, long enough, and other")]
    public async Task Reveal_WithoutTheMasterKeyOfTheRing_IsRefused(string? masterKey)
    {
        var database = await DatabaseAsync(isShared: false);
        var stored = Secrets(await StartAsync(database, Key)).Protect(Plain);
        var other = Secrets(await StartAsync(database, masterKey));

        Assert.ThrowsAny<CryptographicException>(() => other.Reveal(stored));
        Assert.Null(other.TryReveal(stored));
    }

    [Fact]
    public async Task Reveal_StoredInTheClearByAnOlderVersion_IsAsItIs()
    {
        var secrets = Secrets(await StartAsync(await DatabaseAsync(isShared: false), null));

        Assert.Equal(Plain, secrets.Reveal(Plain));
    }

    [Theory]
    [InlineData("too short")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task MasterKey_ThatIsNone_StopsTheStart(string key)
    {
        var database = await DatabaseAsync(isShared: false);

        var refused = Assert.Throws<OptionsValidationException>(() => Build(database, key));

        Assert.Contains("WAPLATFORM_MASTER_KEY", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MasterKey_SealedTextChanged_IsRefused()
    {
        var key = MasterKey.From(new ConfigurationBuilder().AddInMemoryCollection([new(MasterKey.Variable, Key)]).Build())!;
        var sealedText = key.Encrypt("a key"u8);

        Assert.Equal("a key"u8.ToArray(), key.Decrypt(sealedText));
        sealedText[^1] ^= 1;
        Assert.ThrowsAny<CryptographicException>(() => key.Decrypt(sealedText));
        Assert.ThrowsAny<CryptographicException>(() => key.Decrypt([1, 2, 3]));
    }

    private static StoredSecrets Secrets(IHost service) => service.Services.GetRequiredService<StoredSecrets>();

    private static async Task<string> RowsAsync(IHost service)
    {
        await using var db = await service.Services.GetRequiredService<IDbContextFactory<WaDbContext>>().CreateDbContextAsync(CancellationToken);
        return string.Concat(await db.DataProtectionKeys.Select(key => key.Xml).ToListAsync(CancellationToken));
    }

    private async Task<string> DatabaseAsync(bool isShared) =>
        isShared ? await postgres.NameDatabaseAsync(CancellationToken) : $"Data Source={Path.Combine(_directory.FullName, "wa.db")}";

    private async Task<IHost> StartAsync(string database, string? masterKey)
    {
        var service = Build(database, masterKey);
        _services.Add(service);
        await service.StartAsync(CancellationToken);
        return service;
    }

    private IHost Build(string database, string? masterKey)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:wadb", database), new("WAPLATFORM_DATA", _directory.FullName), new(MasterKey.Variable, masterKey)]);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddWaDatabase();
        builder.AddWaSecrets();
        return builder.Build();
    }
}
