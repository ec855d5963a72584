using Microsoft.EntityFrameworkCore;
using WaPlatform.Data;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.ProcessHost.Events;
using WaPlatform.ProcessHost.Messages;
using WaPlatform.ProcessHost.Mirror;
using WaPlatform.ProcessHost.Pairing;
using WaPlatform.ProcessHost.Processes;

namespace WaPlatform.ProcessHost.Devices;

/// <summary>Puts together what a device consists of while this host owns it. To be called on the grain's scheduler, which its parts keep to.</summary>
internal sealed class DeviceOwnerFactory(
    EngineHost host, EventLog events, IDbContextFactory<WaDbContext> databases, DeviceMetrics metrics, MirrorMetrics mirrorMetrics, MessageMetrics messageMetrics, ILoggerFactory loggers)
{
    public async Task<DeviceOwner> CreateAsync(DeviceRecord record, CancellationToken cancellationToken)
    {
        var phone = record.Device.PhoneNumber;
        var journal = new DeviceJournal(phone, await record.LastSequenceAsync(cancellationToken), events, host.TimeProvider);
        var output = new OutputLog(host.LogFile(phone), host.TimeProvider);
        var messages = new MessageStore(phone, databases, host.TimeProvider);

        DeviceOwner? owner = null;
        var condition = new DeviceCondition(record, journal, metrics, host.TimeProvider, loggers.CreateLogger<DeviceCondition>());
        var runner = new EngineRunner(
            record, condition, journal, host, output, metrics, mirrorMetrics, (name, payload) => owner!.OnWebhookAsync(name, payload), loggers.CreateLogger<EngineRunner>());
        var supervisor = new DeviceSupervisor(runner, record, condition, journal, host, metrics, loggers.CreateLogger<DeviceSupervisor>());
        var pairing = new PairingDesk(supervisor, condition, journal, host, loggers.CreateLogger<PairingDesk>());
        var teller = new MessageTeller(journal, messageMetrics, loggers.CreateLogger<MessageTeller>());
        var receipts = new Receipts(messages, teller, host.TimeProvider);
        var pump = new MessagePump(
            supervisor, condition, record, messages, new DoubtResolver(messages, host.TimeProvider), receipts,
            new Outcomes(messages, host.TimeProvider), teller, messageMetrics, host.TimeProvider, loggers.CreateLogger<MessagePump>());
        var report = new DeviceReport(record, condition, supervisor, pump, receipts, messages, host);
        owner = new DeviceOwner(record, condition, supervisor, pairing, pump, receipts, report, output, host, loggers.CreateLogger<DeviceOwner>());
        return owner;
    }
}
