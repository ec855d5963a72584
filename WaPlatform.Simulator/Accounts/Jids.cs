namespace WaPlatform.Simulator.Accounts;

/// <summary>WhatsApp addresses, and which numbers exist in the simulated world.</summary>
internal static class Jids
{
    public const string User = "@s.whatsapp.net";
    public const string HiddenUser = "@lid";
    public const string Group = "@g.us";

    /// <summary>Gives a bare number its server, as gowa does: up to 15 characters is a person, more is a group.</summary>
    public static string Sanitize(string phone)
    {
        var text = phone.Trim().TrimStart('+');
        return text.Length == 0 || text.Contains('@', StringComparison.Ordinal) ? text : text + (text.Length <= 15 ? User : Group);
    }

    /// <summary>What stands before the server and the device number.</summary>
    public static string Number(string jid) => jid.Split('@', ':')[0];

    public static bool IsPhone(string text) => text.Length is >= 7 and <= 15 && text.All(char.IsAsciiDigit) && text[0] != '0';

    /// <summary>
    /// Whether an account is registered: any number of a believable length is, except those that end in 0000, which stand for the ones that are not.
    /// </summary>
    public static bool IsOnWhatsApp(string jid) =>
        !jid.EndsWith(User, StringComparison.Ordinal) || IsRegistered(Number(jid));

    // The longest number in gowa's own examples has 17 digits.
    private static bool IsRegistered(string number) =>
        number.Length is >= 7 and <= 17 && number.All(char.IsAsciiDigit) && !number.EndsWith("0000", StringComparison.Ordinal);

    /// <summary>The hidden id that goes with a number.</summary>
    public static string Lid(string jid)
    {
        var hash = 2166136261u;
        foreach (var character in Number(jid))
        {
            hash = (hash ^ character) * 16777619u;
        }

        return (100_000_000_000_000UL + hash * 31UL) + HiddenUser;
    }
}
