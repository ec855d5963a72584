using WaPlatform.Simulator.Accounts;

namespace WaPlatform.Simulator.Users;

/// <summary>Someone in the simulated world; every account has the same address book.</summary>
internal sealed record Contact(string Phone, string Name, string PushName, string Status, bool Business = false)
{
    public static readonly IReadOnlyList<Contact> Book =
    [
        new("6281234567890", "Ayu Lestari", "Ayu", "Available"),
        new("6285711112222", "Budi Santoso", "Budi", "At work"),
        new("306912345678", "Eleni Papadopoulou", "Eleni", "Hey there! I am using WhatsApp."),
        new("14155550123", "Grace Miller", "Grace M.", "Battery about to die"),
        new("491701234567", "Kiosk am Markt", "Kiosk", "Mo–Sa 9–18", Business: true),
    ];

    public string Jid => Phone + Jids.User;

    /// <summary>The privacy-preserving id; made from the number so that it stays the same.</summary>
    public string Lid => Jids.Lid(Phone);

    public string PictureId => "16" + Phone[^8..];

    public static Contact? Find(string jid) => Book.FirstOrDefault(contact => contact.Jid == jid || contact.Lid == jid);

    /// <summary>The name a chat or sender shows: the contact's, else the user part of the id.</summary>
    public static string NameOf(string jid) => Find(jid)?.Name ?? Jids.Number(jid);
}
