using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using WaPlatform.Contracts.Messages;
using WaPlatform.Data.Messages;
using WaPlatform.ProcessHost.Engines;
using WaPlatform.ServiceDefaults.Media;

namespace WaPlatform.ProcessHost.Messages;

/// <summary>Makes the engine's call out of a message (gowa contract §4.5).</summary>
internal sealed class MessageSender(MediaStore media, TimeProvider timeProvider)
{
    // Longer than the engine itself waits for WhatsApp, and long enough for 100 MB to go through it.
    private static readonly TimeSpan EngineTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan UploadTimeout = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan TypingTimeout = TimeSpan.FromSeconds(5);

    // As a quick person types on a phone; nobody watches for longer than that.
    private static readonly TimeSpan PerCharacter = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan ShortestTyping = TimeSpan.FromMilliseconds(800);
    private static readonly TimeSpan LongestTyping = TimeSpan.FromSeconds(8);

    /// <summary>Sends a message that was marked as being sent.</summary>
    /// <param name="typing">Show "typing…" before it, if it is a text.</param>
    public async Task<SendOutcome> SendAsync(EngineSession session, Message message, bool typing)
    {
        if (typing && message.Type == MessageType.Text)
        {
            await TypeAsync(session, message);
        }

        if (session.Ended.IsCancellationRequested)
        {
            return SendOutcome.NotReached("The engine was being stopped.");
        }

        Stream? opened;
        try
        {
            opened = message.Media is { } kept ? await media.OpenAsync(kept.Key, session.Ended) : null;
        }
        catch (FileNotFoundException)
        {
            return new SendOutcome(SendClass.Permanent, null, "MEDIA_LOST", "The file of the message is not there any more.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new SendOutcome(SendClass.Transient, null, "MEDIA_UNREADABLE", "The file of the message can't be read now.");
        }

        try
        {
            var fields = JsonNode.Parse(message.Body)!.AsObject();
            if (message.Type != MessageType.Presence)
            {
                fields["phone"] = message.To;
            }

            using HttpContent content = message.Media is { } file ? Upload(message.Type, fields, file, opened!) : JsonContent.Create(fields);
            using var call = Telemetry.Source.StartActivity($"engine.send {Route(message.Type)}", ActivityKind.Client);
            var answer = await session.Client.SendMessageAsync(Route(message.Type), content, message.Media is null ? EngineTimeout : UploadTimeout, session.Ended);
            return Judge(message.Type, SendOutcome.From(answer));
        }
        catch (Exception exception) when (EngineFaults.IsCallFailure(exception) || exception is OperationCanceledException)
        {
            return Judge(message.Type, SendOutcome.From(exception));
        }
    }

    /// <summary>How long a person would type.</summary>
    public static TimeSpan TypingTime(int characters)
    {
        var time = characters * PerCharacter;
        return time < ShortestTyping ? ShortestTyping : time > LongestTyping ? LongestTyping : time;
    }

    // Presence leaves no message behind: it has no id, and may be sent twice.
    private static SendOutcome Judge(MessageType type, SendOutcome outcome) => type is not (MessageType.Presence or MessageType.ChatPresence) ? outcome : outcome with
    {
        WhatsappMessageId = null,
        Class = outcome.Class is SendClass.Unknown or SendClass.Unacknowledged ? SendClass.Transient : outcome.Class,
    };

    private static string Route(MessageType type) => type switch
    {
        MessageType.Text => "message",
        MessageType.ChatPresence => "chat-presence",
        _ => type.ToString().ToLowerInvariant(),
    };

    private async Task TypeAsync(EngineSession session, Message message)
    {
        try
        {
            using var content = JsonContent.Create(new { phone = message.To, action = "start" });
            await session.Client.SendMessageAsync("chat-presence", content, TypingTimeout, session.Ended);
            var fields = JsonNode.Parse(message.Body)!;
            var time = TypingTime(fields["message"]?.GetValue<string>().Length ?? 0) * (0.8 + (0.4 * Random.Shared.NextDouble()));
            await Task.Delay(time, timeProvider, session.Ended);
        }
        catch (Exception exception) when (EngineFaults.IsCallFailure(exception) || exception is OperationCanceledException)
        {
            // Only a courtesy.
        }
    }

    private static MultipartFormDataContent Upload(MessageType type, JsonObject fields, MediaFile file, Stream opened)
    {
        // As browsers do: names of fields and files are UTF-8.
        var content = new MultipartFormDataContent { HeaderEncodingSelector = (_, _) => Encoding.UTF8 };
        foreach (var (name, value) in fields)
        {
            content.Add(new StringContent(value!.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString()), name);
        }

        var part = new StreamContent(opened);
        part.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=\"{type.ToString().ToLowerInvariant()}\"; filename=\"{file.Name.Replace("\"", "'", StringComparison.Ordinal).Replace("\\", "_", StringComparison.Ordinal)}\"");
        part.Headers.TryAddWithoutValidation("Content-Type", file.ContentType);
        content.Add(part);
        return content;
    }
}
