using System.Text.Json;

namespace WaPlatform.Gateway.Messages;

/// <summary>One message to send.</summary>
/// <param name="From">The device that sends.</param>
/// <param name="To">Whom to: a number, or a JID of a person, group or channel.</param>
/// <param name="Type">What is sent. Default: text.</param>
/// <param name="Message">The text.</param>
/// <param name="Wait">Wait up to 30 s for the outcome. Default: true.</param>
/// <param name="RequireConnected">Refuse (409) instead of queueing when the device is not connected. Default: false.</param>
/// <param name="Priority">0 goes first, 9 last. Default: 5.</param>
/// <param name="Tag">Comes back with the message and in its events.</param>
internal sealed record SendRequest(
    string? From,
    string? To,
    string? Type = null,
    string? Message = null,
    bool? Wait = null,
    bool? RequireConnected = null,
    int? Priority = null,
    string? Tag = null,
    JsonElement? SendAt = null,
    JsonElement? TtlSeconds = null,
    JsonElement? ReplyTo = null);
