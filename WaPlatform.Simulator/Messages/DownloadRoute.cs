using System.Globalization;
using WaPlatform.Simulator.Accounts;
using WaPlatform.Simulator.Http;
using WaPlatform.Simulator.Json;
using WaPlatform.Simulator.Users;

namespace WaPlatform.Simulator.Messages;

internal static class DownloadRoute
{
    // The largest file that is really written: the world's media have no content, only a size.
    private const long LargestFile = 1_000_000;

    public static void AddDownloadRoute(this RouteTable routes, Gowa gowa) =>
        routes.Get("/message/:message_id/download", (context, cancellationToken) => DownloadAsync(gowa, context, cancellationToken));

    private static async Task<Answer> DownloadAsync(Gowa gowa, RequestContext context, CancellationToken cancellationToken)
    {
        var id = context.Parameters["message_id"];
        var phone = Jids.Sanitize(context.Query("phone"));
        new Rules().Required("phone", phone).Throw();
        var chat = await context.RecipientAsync(gowa, phone);
        var message = await MessageRoutes.StoredAsync(gowa, context, id) ?? throw ApiException.Internal($"message with ID {id} not found");
        if (message.MediaType.Length == 0 || message.Url.Length == 0)
        {
            throw ApiException.Internal($"message {id} does not contain downloadable media");
        }

        if (message.ChatJid != chat)
        {
            throw ApiException.Internal($"message {id} does not belong to chat {chat}");
        }

        var date = message.Timestamp.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var folder = $"statics/media/{Jids.Number(message.ChatJid)}/{date}";
        var name = string.Create(CultureInfo.InvariantCulture, $"{gowa.Time.GetUtcNow().ToUnixTimeSeconds()}-{Guid.NewGuid()}{Extension(message.MediaType, message.FileName)}");
        var path = $"{folder}/{name}";
        Directory.CreateDirectory(folder);
        await File.WriteAllBytesAsync(path, new byte[Math.Clamp(message.FileLength, 1, LargestFile)], cancellationToken);

        return Answer.Success($"Media downloaded successfully to {path}", GoJson.Struct(
            ("message_id", id), ("status", $"Media downloaded successfully to {path}"), ("media_type", message.MediaType), ("filename", name),
            ("file_path", path), ("file_url", context.Link(gowa.Settings.BasePath, path)), ("file_size", new FileInfo(path).Length)));
    }

    private static string Extension(string mediaType, string fileName) =>
        Path.GetExtension(fileName) is { Length: > 0 } extension
            ? extension
            : mediaType switch { "image" => ".jpeg", "video" => ".mp4", "audio" or "ptt" => ".ogg", "sticker" => ".webp", _ => ".bin" };
}
