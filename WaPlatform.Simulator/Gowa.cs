using WaPlatform.Simulator.App;
using WaPlatform.Simulator.Calls;
using WaPlatform.Simulator.Chats;
using WaPlatform.Simulator.Chatwoot;
using WaPlatform.Simulator.Configuration;
using WaPlatform.Simulator.Control;
using WaPlatform.Simulator.Devices;
using WaPlatform.Simulator.Groups;
using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Mcp;
using WaPlatform.Simulator.Messages;
using WaPlatform.Simulator.Network;
using WaPlatform.Simulator.Newsletters;
using WaPlatform.Simulator.Output;
using WaPlatform.Simulator.Pairing;
using WaPlatform.Simulator.Sending;
using WaPlatform.Simulator.Slots;
using WaPlatform.Simulator.Sockets;
using WaPlatform.Simulator.Storage;
using WaPlatform.Simulator.Users;
using WaPlatform.Simulator.Webhooks;

namespace WaPlatform.Simulator;

/// <summary>
/// The simulated process: what every slice works on. A slice is a static class with one <c>Add…Routes(this RouteTable, Gowa)</c> method,
/// registered below in <see cref="AddRoutes"/>; its handlers are <see cref="GowaHandler"/>s that read the <see cref="RequestContext"/>
/// (<c>Slot</c>, <c>Parameters</c>, <c>Query</c>, <c>BindAsync(BodySpec)</c>), check with <see cref="Rules"/>, call
/// <c>context.Slot.RequireOnlineAsync()</c> before they talk to "WhatsApp", and return an <see cref="Answer"/> or throw an
/// <see cref="ApiException"/>. Objects of the answer come from <c>GoJson.Struct</c> (order kept) or <c>GoJson.Map</c> (keys sorted).
/// Chats and messages live in <see cref="Chats"/> under <c>Slot.StorageKey</c>; facts of another kind go into <see cref="ChatJournal"/>
/// (<c>On</c> before it is opened, <c>Append</c> later). What goes out to a chat goes through <see cref="Sender"/>, so that it is in the ledger.
/// </summary>
internal sealed class Gowa : IDisposable
{
    private readonly StreamToken _token;

    public Gowa(GowaSettings settings, SimulatorSettings simulation, SessionStore sessions, GoLog log, TimeProvider time, IProcessEnd end)
    {
        Settings = settings;
        Simulation = simulation;
        Sessions = sessions;
        Log = log;
        log.IsDebug = settings.Debug;
        Time = time;
        End = end;
        Background = new Background(log);
        ChatJournal = new Journal(Folders.ChatDatabase, "chatstorage");
        Chats = new ChatStore(ChatJournal, time);
        Hearing = new Hearing(time);
        Slots = new SlotRegistry(ChatJournal, Hearing, time);
        Uplink = new Uplink(simulation, time);
        Hub = new Hub(log, Hearing);
        Frames = new FrameSource(Hub, Background, time);
        Webhooks = new WebhookSender(settings, Hearing, Background, log, time);
        Ledger = new Ledger(simulation.Ledger, time);
        Incoming = new IncomingMessages(Chats, Webhooks, time);
        Held = new HeldMessages(ChatJournal, Incoming, Hearing, Background, time);
        var owed = new OwedReceipts(ChatJournal, Chats, LedgerTail.Read(simulation.Ledger), Webhooks, Hearing, Background, time);
        Sender = new Sender(settings, simulation, Chats, Ledger, Webhooks, Incoming, owed, Hearing, Background, end, time);
        _token = new StreamToken(sessions.Database, Background, time) { Replaced = () => end.Exit(0) };
        Lives = new Lives(simulation.Lives, Background, time);
        Connector = new Connector(Uplink, Hearing, _token, simulation, Background, log, time)
        {
            Online = slot =>
            {
                owed.Deliver(slot);
                Held.Deliver(slot);
            },
        };
        Scan = new PairingScan(Slots, sessions, Lives, Connector, Hub, simulation, Background, log, time);
        Desk = new PairingDesk(Slots, Connector, Scan, new QrShow(simulation, Background, time), simulation, Background, log, time);
        World = new World(ChatJournal, time);
        Faults = new Faults(simulation, time);
    }

    public GowaSettings Settings { get; }

    public SimulatorSettings Simulation { get; }

    public GoLog Log { get; }

    public TimeProvider Time { get; }

    /// <summary>How the process ends at once.</summary>
    public IProcessEnd End { get; }

    public Background Background { get; }

    /// <summary>chatstorage.db.</summary>
    public Journal ChatJournal { get; }

    public ChatStore Chats { get; }

    public SessionStore Sessions { get; }

    public SlotRegistry Slots { get; }

    public Lives Lives { get; }

    public Uplink Uplink { get; }

    public Hearing Hearing { get; }

    public Connector Connector { get; }

    public Hub Hub { get; }

    public FrameSource Frames { get; }

    public WebhookSender Webhooks { get; }

    public Ledger Ledger { get; }

    public IncomingMessages Incoming { get; }

    public HeldMessages Held { get; }

    public Sender Sender { get; }

    public PairingDesk Desk { get; }

    public PairingScan Scan { get; }

    public World World { get; }

    public Faults Faults { get; }

    /// <summary>How often each route was called.</summary>
    public Counters Counters { get; } = new();

    /// <summary>Every slice's routes; the order decides between patterns that both fit.</summary>
    public RouteTable AddRoutes(RouteTable routes)
    {
        routes.AddHealthRoutes(this);
        routes.AddDeviceRoutes(this);
        routes.AddDeviceSessionRoutes(this);
        routes.AddDeviceWebhookRoutes(this);
        routes.AddAppRoutes(this);
        routes.AddPasskeyRoutes(this);
        routes.AddMcpRoutes(this);
        routes.AddSendRoutes(this);
        routes.AddMessageRoutes(this);
        routes.AddCallRoutes(this);
        routes.AddChatRoutes(this);
        routes.AddUserRoutes(this);
        routes.AddGroupRoutes(this);
        routes.AddNewsletterRoutes(this);
        routes.AddChatwootRoutes(this);
        routes.AddSocketRoutes(this);
        routes.AddControlRoutes(this);
        routes.AddFaultRoutes(this);
        return routes;
    }

    public void Dispose()
    {
        Webhooks.Dispose();
        Ledger.Dispose();
        Hub.Dispose();
        ChatJournal.Dispose();
        Sessions.Dispose();
        Lives.Dispose();
        _token.Dispose();
        Background.Dispose();
    }
}
