using WaPlatform.Simulator.Accounts;
using WaPlatform.Simulator.Http;

namespace WaPlatform.Simulator.Users;

internal static class RecipientExtensions
{
    /// <summary>Checks the slot, then whether the number has WhatsApp; a privacy id of a contact becomes its number.</summary>
    public static async Task<string> RecipientAsync(this RequestContext context, Gowa gowa, string jid)
    {
        await context.Slot.RequireOnlineAsync();
        gowa.Sender.CheckAddress(jid);
        return jid.EndsWith("@lid", StringComparison.Ordinal) && Contact.Find(jid) is { } contact ? contact.Jid : jid;
    }

    /// <summary>The JID of a number that is to join a group.</summary>
    public static string RequireUser(string digits)
    {
        var jid = digits + Jids.User;
        return Jids.IsOnWhatsApp(jid) ? jid : throw ApiException.InvalidJid("user is not registered");
    }
}
