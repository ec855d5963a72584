using System.Diagnostics.CodeAnalysis;

namespace WaPlatform.Contracts.Messages;

/// <summary>
/// Whom a message is for, as a canonical JID. Accepts digits, <c>+</c>, spaces, dashes, dots and brackets in a number,
/// <c>@s.whatsapp.net</c>, <c>@c.us</c> (becomes the former), <c>@g.us</c>, <c>@lid</c>, <c>@newsletter</c>.
/// </summary>
public readonly record struct Recipient
{
    private static readonly string[] OtherServers = ["g.us", "lid", "newsletter"];

    private Recipient(string jid) => Jid = jid;

    public string Jid { get; }

    public static bool TryParse([NotNullWhen(true)] string? text, out Recipient recipient)
    {
        recipient = default;
        if (string.IsNullOrWhiteSpace(text) || text.Length > 128)
        {
            return false;
        }

        var trimmed = text.Trim();
        var at = trimmed.IndexOf('@', StringComparison.Ordinal);
        var user = at < 0 ? trimmed : trimmed[..at];
        var server = at < 0 ? "s.whatsapp.net" : trimmed[(at + 1)..].ToLowerInvariant();

        if (server is "s.whatsapp.net" or "c.us")
        {
            var digits = string.Concat(user.Where(c => c is not (' ' or '-' or '.' or '(' or ')')));
            if (!Devices.PhoneNumber.TryParse(digits, out var number))
            {
                return false;
            }

            recipient = new Recipient(number.Jid);
            return true;
        }

        // A group id is digits, in old groups "creator-time"; lids and channels are digits.
        if (!OtherServers.Contains(server) || user.Length is 0 or > 64 || !user.All(c => char.IsAsciiDigit(c) || (c == '-' && server == "g.us")))
        {
            return false;
        }

        recipient = new Recipient($"{user}@{server}");
        return true;
    }

    public override string ToString() => Jid;
}
