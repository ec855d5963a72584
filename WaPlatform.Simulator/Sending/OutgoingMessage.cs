using WaPlatform.Simulator.Http;

namespace WaPlatform.Simulator.Sending;

/// <summary>A message on its way out.</summary>
internal sealed record OutgoingMessage
{
    /// <summary>text, image, file, video, audio, sticker, contact, link, location, poll, forward …: what the ledger calls it.</summary>
    public required string Kind { get; init; }

    /// <summary>Full JID.</summary>
    public required string To { get; init; }

    /// <summary>Text or caption, as the recipient reads it.</summary>
    public string Body { get; init; } = "";

    /// <summary>What the chat storage keeps instead of the body; null = the body.</summary>
    public string? Content { get; init; }

    /// <summary>"" for text, else gowa's media type.</summary>
    public string MediaType { get; init; } = "";

    public string FileName { get; init; } = "";

    public string Url { get; init; } = "";

    public long FileLength { get; init; }

    /// <summary>The file that came with the request; null when none did.</summary>
    public UploadedFile? Upload { get; init; }

    /// <summary>False for what travels like a message but leaves no row: reactions, edits, revocations.</summary>
    public bool Stored { get; init; } = true;
}

/// <summary>What WhatsApp answered; <see cref="Aborted"/> when the caller must see the connection end instead.</summary>
internal sealed record SentMessage(string Id, DateTimeOffset At, bool Aborted);
