using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using WaPlatform.Data.Access;
using WaPlatform.Data.Audit;
using WaPlatform.Data.Devices;
using WaPlatform.Data.Engines;
using WaPlatform.Data.Events;
using WaPlatform.Data.Hosts;
using WaPlatform.Data.Media;
using WaPlatform.Data.Messages;
using WaPlatform.Data.Secrets;
using WaPlatform.Data.Webhooks;

namespace WaPlatform.Data;

/// <summary>The platform's database. One subclass a provider, because each has migrations of its own.</summary>
public abstract class WaDbContext(DbContextOptions options) : DbContext(options), IDataProtectionKeyContext
{
    public DbSet<Device> Devices => Set<Device>();

    public DbSet<Host> Hosts => Set<Host>();

    public DbSet<StateChange> StateChanges => Set<StateChange>();

    public DbSet<Message> Messages => Set<Message>();

    public DbSet<JournalEvent> Events => Set<JournalEvent>();

    public DbSet<JournalHorizon> JournalHorizons => Set<JournalHorizon>();

    public DbSet<Webhook> Webhooks => Set<Webhook>();

    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();

    public DbSet<EngineFleet> EngineFleets => Set<EngineFleet>();

    public DbSet<EngineRelease> EngineReleases => Set<EngineRelease>();

    public DbSet<EngineArchive> EngineArchives => Set<EngineArchive>();

    public DbSet<EnginePart> EngineParts => Set<EnginePart>();

    public DbSet<HostEngine> HostEngines => Set<HostEngine>();

    public DbSet<EngineRollout> EngineRollouts => Set<EngineRollout>();

    public DbSet<EngineRolloutDevice> EngineRolloutDevices => Set<EngineRolloutDevice>();

    public DbSet<StoredFile> StoredFiles => Set<StoredFile>();

    public DbSet<StoredPart> StoredParts => Set<StoredPart>();

    public DbSet<Secret> Secrets => Set<Secret>();

    /// <summary>Keys that protect other secrets of the database, where several machines share it.</summary>
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    public DbSet<User> Users => Set<User>();

    public DbSet<RefreshToken> RefreshTokens => Set<RefreshToken>();

    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    public DbSet<AuditEntry> Audit => Set<AuditEntry>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(WaDbContext).Assembly);
}
