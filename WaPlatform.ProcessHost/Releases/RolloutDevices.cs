using Microsoft.EntityFrameworkCore;
using WaPlatform.Contracts.Devices;
using WaPlatform.Contracts.Faults;
using WaPlatform.Data;
using WaPlatform.Data.Devices;
using WaPlatform.Data.Engines;

namespace WaPlatform.ProcessHost.Releases;

/// <summary>Which devices a rollout is for, and whether their hosts are ready for it.</summary>
internal sealed class RolloutDevices(IDbContextFactory<WaDbContext> databases, TimeProvider timeProvider)
{
    private const int MaxCanaries = 100;

    /// <summary>The devices that a rollout begins with, canaries first.</summary>
    /// <param name="canaries">Null = one that is connected, if there is one.</param>
    /// <exception cref="PlatformException">VALIDATION_FAILED: one of the canaries is none.</exception>
    public async Task<List<EngineRolloutDevice>> ChooseAsync(Guid rollout, IReadOnlyList<string>? canaries, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var all = await EligibleAsync(db, cancellationToken);
        List<string> first = [.. canaries ?? all.Where(device => device.State == DeviceState.Connected).Concat(all).Select(device => device.PhoneNumber).Take(1)];
        if (first.Count > MaxCanaries || first.Distinct().Count() != first.Count)
        {
            throw new PlatformException(ErrorCode.ValidationFailed, $"Name at most {MaxCanaries} canaries, each once.");
        }

        if (first.FirstOrDefault(phone => !all.Exists(device => device.PhoneNumber == phone)) is { } wrong)
        {
            throw new PlatformException(ErrorCode.ValidationFailed, $"The canary {wrong} is no device that runs.");
        }

        return [.. first.Concat(all.Select(device => device.PhoneNumber).Except(first)).Select((phone, number) => New(rollout, phone, number, number < first.Count))];
    }

    /// <summary>Adds devices that were started since. False if there are none.</summary>
    public async Task<bool> AddLateAsync(WaDbContext db, EngineRollout rollout, CancellationToken cancellationToken)
    {
        var known = rollout.Devices.Select(device => device.PhoneNumber).ToHashSet(StringComparer.Ordinal);
        var late = (await EligibleAsync(db, cancellationToken)).Where(device => !known.Contains(device.PhoneNumber)).ToList();
        foreach (var device in late)
        {
            var added = New(rollout.Id, device.PhoneNumber, rollout.Devices.Count, isCanary: false);
            rollout.Devices.Add(added);
            db.Entry(added).State = EntityState.Added;
        }

        return late.Count > 0;
    }

    /// <summary>How far the hosts are with the version.</summary>
    public async Task<InstallFacts> InstallFactsAsync(WaDbContext db, EngineRollout rollout, CancellationToken cancellationToken)
    {
        var hosts = (await db.LivingHostEnginesAsync(timeProvider, cancellationToken)).Where(host => host.IsManaged).ToList();
        var failed = hosts.Find(host => host.FailedFor == rollout.Id);
        return new InstallFacts(
            hosts.Count > 0 && hosts.TrueForAll(host => host.Versions.Contains(rollout.Version)),
            failed is { GaveUp: true } ? failed.FailedReason : null,
            failed is null ? null : $"Host {failed.Host}: {failed.FailedDetail}");
    }

    // Those whose engine the platform may exchange. One that was given up takes the version that holds when somebody starts it.
    private async Task<List<Device>> EligibleAsync(WaDbContext db, CancellationToken cancellationToken)
    {
        var others = (await db.LivingHostEnginesAsync(timeProvider, cancellationToken)).Where(host => !host.IsManaged).Select(host => host.Host).ToList();
        return await db.Devices.AsNoTracking()
            .Where(d => d.Desired == DesiredState.Running && d.State != DeviceState.Failed && (d.OwnerHost == null || !others.Contains(d.OwnerHost)))
            .OrderBy(d => d.PhoneNumber).ToListAsync(cancellationToken);
    }

    private EngineRolloutDevice New(Guid rollout, string phoneNumber, int number, bool isCanary) =>
        new() { RolloutId = rollout, PhoneNumber = phoneNumber, Number = number, IsCanary = isCanary, Since = timeProvider.GetDatabaseTime() };
}
