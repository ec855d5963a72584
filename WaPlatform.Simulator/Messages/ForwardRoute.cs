using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Sending;
using WaPlatform.Simulator.Users;

namespace WaPlatform.Simulator.Messages;

internal static class ForwardRoute
{
    private static readonly long[] Durations = [0, 86_400, 604_800, 7_776_000];

    private static readonly BodySpec Body = new BodySpec("send.ForwardRequest").Text("phone").Integer("duration").Boolean("force_reupload");

    public static void AddForwardRoute(this RouteTable routes, Gowa gowa) =>
        routes.Post("/message/:message_id/forward", (context, cancellationToken) => ForwardAsync(gowa, context, cancellationToken));

    // What a row without words is stored as; the film is not the one of /send/video.
    private static string Label(string mediaType) => mediaType switch
    {
        "image" => "🖼️ Image",
        "video" or "video_note" => "🎬 Video",
        "audio" or "ptt" => "🎵 Audio",
        "document" => "📄 Document",
        "sticker" => "🎨 Sticker",
        _ => "",
    };

    private static async Task<Answer> ForwardAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var body = await context.BindAsync(Body, cancellationToken);
        var (id, phone) = MessageRoutes.Target(context, body);
        new Rules().Required("phone", phone).Throw();
        if (!Durations.Contains(body.Integer("duration")))
        {
            throw ApiException.Validation("duration must be one of: 0 (no expiry), 86400 (24h), 604800 (7d), 7776000 (90d)");
        }

        // Unlike every other send, the stored message is looked up before the connection is.
        var original = await MessageRoutes.StoredAsync(gowa, context, id) ?? throw ApiException.Internal($"message with ID {id} not found");
        var to = await context.RecipientAsync(gowa, phone);

        var copy = new OutgoingMessage
        {
            Kind = "forward",
            To = to,
            Body = original.Content,
            Content = original.Content.Length > 0 ? original.Content : Label(original.MediaType),
            MediaType = original.MediaType,
            FileName = original.FileName,
            Url = original.Url,
            FileLength = original.FileLength,
        };
        var sent = await gowa.Sender.SendAsync(context.Slot, copy, cancellationToken);
        return sent.Aborted ? Answer.Abort : MessageRoutes.Done(sent.Id, $"Message forwarded to {phone} (server timestamp: {GoTime.Text(sent.At)})");
    }
}
