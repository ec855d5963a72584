using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using WaPlatform.Data;
using WaPlatform.ProcessHost.Cleanup;
using WaPlatform.ProcessHost.Devices;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.ProcessHost.Events;
using WaPlatform.ProcessHost.Hearing;
using WaPlatform.ProcessHost.Hosts;
using WaPlatform.ProcessHost.Messages;
using WaPlatform.ProcessHost.Mirror;
using WaPlatform.ProcessHost.Processes;
using WaPlatform.ProcessHost.Releases;
using WaPlatform.ProcessHost.Sessions;
using WaPlatform.ServiceDefaults;
using WaPlatform.ServiceDefaults.Cluster;

namespace WaPlatform.ProcessHost;

public static class ProcessHostExtensions
{
    /// <summary>Makes this process a host of engines: an Orleans silo that owns devices. Needs AddServiceDefaults, AddWaDatabase and AddWaRedis.</summary>
    public static IHostApplicationBuilder AddProcessHost(this IHostApplicationBuilder builder)
    {
        builder.AddWaSilo();
        builder.AddWaSecrets();
        builder.AddWaMedia();
        builder.AddWaJournal();
        builder.AddDiskWatch();

        var services = builder.Services;
        services.AddOptionsWithValidateOnStart<EngineOptions, EngineOptionsValidator>()
            .BindConfiguration(EngineOptions.SectionName)
            .Configure<IConfiguration>(EngineVariables.Apply);
        services.AddOptionsWithValidateOnStart<SupervisionOptions, SupervisionOptionsValidator>().BindConfiguration(SupervisionOptions.SectionName);
        services.AddOptionsWithValidateOnStart<HearingOptions, HearingOptionsValidator>().BindConfiguration(HearingOptions.SectionName);
        services.AddOptionsWithValidateOnStart<ClusterHostOptions, ClusterHostOptionsValidator>().BindConfiguration(ClusterHostOptions.SectionName);
        services.AddOptionsWithValidateOnStart<SendingOptions, SendingOptionsValidator>().BindConfiguration(SendingOptions.SectionName);
        services.AddOptionsWithValidateOnStart<SessionStoreOptions>().BindConfiguration(SessionStoreOptions.SectionName).Configure<IConfiguration>(SessionStoreOptions.ApplyDefaults);
        services.AddSingleton<IValidateOptions<SessionStoreOptions>, SessionStoreOptionsValidator>().AddSingleton<SessionStore>();
        services.AddOptionsWithValidateOnStart<EngineFilesOptions, EngineFilesOptionsValidator>().BindConfiguration(EngineFilesOptions.SectionName);
        services.AddSingleton<EngineFiles>();
        // Engines drain for up to 16 s; service managers kill after 30.
        services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(35));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => DataDirectory.From(builder.Configuration));

        services.AddSingleton<EngineInstallation>().AddSingleton<PortPool>().AddSingleton<GuardProcess>().AddSingleton<SpawnThread>().AddSingleton<HostAddress>().AddSingleton<HostMembership>().AddSingleton<EngineHost>();
        services.AddSingleton<DeviceOwnerFactory>().AddSingleton<MessageSender>();
        services.AddSingleton<DeviceMetrics>().AddSingleton<EventMetrics>().AddSingleton<MirrorMetrics>().AddSingleton<MessageMetrics>().AddSingleton<HearingMetrics>();

        // In this order: first what must be done before any engine starts, last what must stop before the cluster does.
        services.AddHostedService<LeftOvers>();
        services.AddSingleton<HostLease>().AddHostedService(provider => provider.GetRequiredService<HostLease>());
        services.AddSingleton<SiloLost>(provider => provider.GetRequiredService<HostLease>().Lose);
        services.AddSingleton<CommitGuard>(provider => provider.GetRequiredService<HostLease>().GuardAsync);
        services.AddSingleton<EngineCallbackServer>().AddHostedService(provider => provider.GetRequiredService<EngineCallbackServer>());
        services.AddSingleton<EventLog>().AddHostedService(provider => provider.GetRequiredService<EventLog>());
        services.AddSingleton<OwnedDevices>().AddHostedService(provider => provider.GetRequiredService<OwnedDevices>());
        services.AddHostedService<FleetKeeper>();
        services.AddEngineReleases();
        services.AddHostedService<VitalSigns>();
        return builder;
    }
}
