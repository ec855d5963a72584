using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WaPlatform.Contracts.Devices;
using WaPlatform.Data;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.ProcessHost.Events;
using WaPlatform.ProcessHost.Hearing;
using WaPlatform.ProcessHost.Messages;
using WaPlatform.ProcessHost.Mirror;
using WaPlatform.ProcessHost.Pairing;
using WaPlatform.ProcessHost.Processes;
using WaPlatform.ServiceDefaults.Events;
using WaPlatform.ServiceDefaults.Media;
using WaPlatform.ServiceDefaults.Queues;

namespace WaPlatform.ProcessHost.Devices;

/// <summary>Puts together what a device consists of while this host owns it. To be called on the grain's scheduler, which its parts keep to.</summary>
internal sealed class DeviceOwnerFactory(
    EngineHost host, EventLog events, IDbContextFactory<WaDbContext> databases, GroupCommit writes, QueueIndex index, MediaStore media, MessageSender sender,
    IOptions<SendingOptions> sending, IOptions<JournalOptions> journals, IOptions<HearingOptions> hearings, DeviceMetrics metrics, MirrorMetrics mirrorMetrics, MessageMetrics messageMetrics, HearingMetrics hearingMetrics, ILoggerFactory loggers)
{
    public async Task<DeviceOwner> CreateAsync(DeviceRecord record, CancellationToken cancellationToken)
    {
        var phone = record.Device.PhoneNumber;
        var journal = new DeviceJournal(
            phone, record.Device.Epoch, await record.LastSequenceAsync(cancellationToken), journals.Value.KeepBodies, events, host.TimeProvider);
        var output = new OutputLog(host.LogFile(phone), host.TimeProvider);

        DeviceOwner? owner = null;
        var condition = new DeviceCondition(record, journal, metrics, host.TimeProvider, loggers.CreateLogger<DeviceCondition>());
        var correspondence = new Correspondence(hearings, host.TimeProvider);
        var teller = new HearingTeller(PhoneNumber.Parse(phone), condition, journal, hearingMetrics, loggers.CreateLogger<HearingTeller>());
        var hearing = new HearingWatch(correspondence, hearings, hearingMetrics, host.TimeProvider, teller.Tell);
        var runner = new EngineRunner(
            record, condition, journal, host, output, metrics, mirrorMetrics, hearing, (name, payload) => owner!.OnWebhookAsync(name, payload), loggers.CreateLogger<EngineRunner>());
        var supervisor = new DeviceSupervisor(runner, record, condition, journal, host, metrics, loggers.CreateLogger<DeviceSupervisor>());
        var link = new DeviceLink(PhoneNumber.Parse(phone), condition, supervisor, host.TimeProvider, loggers.CreateLogger<DeviceLink>());
        var pairing = new PairingDesk(supervisor, condition, journal, host, loggers.CreateLogger<PairingDesk>());
        var home = host.HomeOf(phone);
        var knowsAll = home.Take(record.Device.Home, record.Device.Epoch);
        await record.SetHomeAsync(home.Name, cancellationToken);
        var outbox = CreateOutbox(record, condition, supervisor, journal, correspondence, knowsAll);
        var report = new DeviceReport(record, condition, supervisor, outbox, correspondence, host);
        owner = new DeviceOwner(record, journal, condition, supervisor, link, pairing, outbox, report, output, host, loggers.CreateLogger<DeviceOwner>());
        return owner;
    }

    private Outbox CreateOutbox(DeviceRecord record, DeviceCondition condition, DeviceSupervisor supervisor, DeviceJournal journal, Correspondence correspondence, bool knowsAll)
    {
        var phone = record.Device.PhoneNumber;
        var clock = host.TimeProvider;
        var stopping = new CancellationTokenSource();
        var store = new MessageStore(phone, databases, writes, clock);
        var teller = new MessageTeller(journal, messageMetrics, loggers.CreateLogger<MessageTeller>());
        var outcomes = new Outcomes(store, clock, stopping.Token);
        var receipts = new Receipts(store, teller, clock, loggers.CreateLogger<Receipts>());
        var queue = new SendQueue(phone, index, store, messageMetrics, clock, loggers.CreateLogger<SendQueue>());
        var moves = new MessageMoves(store, queue, outcomes, teller, media, clock, loggers.CreateLogger<MessageMoves>(), stopping.Token);
        var doubts = new DoubtResolver(store, moves, receipts, phone, knowsAll, sending, clock, loggers.CreateLogger<DoubtResolver>());
        var reachout = new ReachoutLock(condition, store, sending, clock, loggers.CreateLogger<ReachoutLock>());
        var pauses = new SendPauses(sending, clock);
        var conclusion = new AttemptConclusion(moves, doubts, receipts, reachout, pauses, correspondence, sending, clock);
        var inHand = new MessagesInHand(record, sender, conclusion, doubts, messageMetrics, clock, loggers.CreateLogger<MessagesInHand>());
        MessagePump? pump = null;
        var gate = new SendGate(() => record.Device.QueueSettings, () => !record.Device.QueuePaused && pump is { IsHeld: false }, clock);
        var sweep = new OutboxSweep(queue, gate, moves, doubts, reachout, inHand, clock);
        pump = new MessagePump(
            supervisor, condition, record, queue, gate, pauses, inHand, moves, doubts, reachout, sweep, outcomes, messageMetrics, clock, loggers.CreateLogger<MessagePump>());
        return new Outbox(
            store, queue, pump, new QueueDesk(store, queue, pump, outcomes, teller, media, clock), new ProxyTurns(gate, () => record.Device.QueuePaused, clock, stopping.Token), receipts, reachout, inHand, gate, messageMetrics, phone, stopping);
    }
}
