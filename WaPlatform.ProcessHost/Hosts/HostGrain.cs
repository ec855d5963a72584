using Orleans.Concurrency;
using WaPlatform.Contracts.Cleanup;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Hosts;
using WaPlatform.ProcessHost.Cleanup;
using WaPlatform.ProcessHost.Devices;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.ProcessHost.Sessions;
using WaPlatform.ServiceDefaults;
using WaPlatform.ServiceDefaults.Cluster;

namespace WaPlatform.ProcessHost.Hosts;

/// <summary>What others ask this host about its files.</summary>
[Reentrant, OwnHostPlacement]
internal sealed class HostGrain(EngineHost host, OwnedDevices owned, EngineFiles files, DataDirectory data) : Grain, IHostGrain
{
    public Task<IReadOnlyList<SessionHome>> ListSessionsAsync() => Task.FromResult<IReadOnlyList<SessionHome>>(
    [
        .. Directory.EnumerateDirectories(data.Subdirectory("sessions")).Where(SessionFiles.Exist).Select(directory => Path.GetFileName(directory))
            .Where(name => PhoneNumber.TryParse(name, out var number) && number.Digits == name)
            .Select(phoneNumber => new SessionHome(phoneNumber, host.HomeOf(phoneNumber).Name)),
    ]);

    // The name goes into a path.
    public IAsyncEnumerable<SessionPart> ReadSessionAsync(string phoneNumber) =>
        SessionFiles.ReadAsync(data.File("sessions", PhoneNumber.Parse(phoneNumber).Digits), Path.Combine(data.Subdirectory("tmp"), $"{Guid.NewGuid():N}.session"));

    public Task<IReadOnlyList<CleanupPart>> CleanAsync(bool dryRun) => Task.Run(() => files.Clean(host.Id, owned.Owns, dryRun));
}
