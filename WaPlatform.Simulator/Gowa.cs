using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Storage;

namespace WaPlatform.Simulator;

/// <summary>
/// The simulated process: what every slice works on. A slice is a static class with one <c>Add…Routes(this RouteTable, Gowa)</c> method,
/// registered below in <see cref="AddRoutes"/>; its handlers are <see cref="RouteHandler"/>s that read the <see cref="RequestContext"/>
/// (<c>Slot</c>, <c>Parameters</c>, <c>Query</c>, <c>BindAsync(BodySpec)</c>), check with <see cref="Rules"/>, call
/// <c>context.Slot.RequireOnlineAsync()</c> before they talk to "WhatsApp", and return an <see cref="Answer"/> or throw an
/// <see cref="ApiException"/>. Objects of the answer come from <c>GoJson.Struct</c> (order kept) or <c>GoJson.Map</c> (keys sorted).
/// Chats and messages live in <see cref="Chats"/> under <c>Slot.StorageKey</c>; facts of another kind go into <see cref="ChatJournal"/>
/// (<c>On</c> before it is opened, <c>Append</c> later).
/// </summary>
internal sealed class Gowa(TimeProvider time, Journal chatJournal, ChatStore chats)
{
    public TimeProvider Time { get; } = time;

    /// <summary>chatstorage.db.</summary>
    public Journal ChatJournal { get; } = chatJournal;

    public ChatStore Chats { get; } = chats;

    /// <summary>Every slice's routes; the order decides between patterns that both fit.</summary>
    public RouteTable AddRoutes(RouteTable routes)
    {
        _ = Chats;
        return routes;
    }
}
